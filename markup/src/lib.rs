//! `view!`: markup as Leptos writes it, compiled to little code.
//!
//! Leptos's own macro makes a type of every element, attribute and closure, and the compiler writes the code that builds and
//! changes it for every such type anew. This one divides the markup in two: what stays as it is becomes one text of HTML,
//! from which the browser makes the elements; what does not becomes a list of *parts*, each bound to a *hole* in that text.
//! Only `src/ui/markup.rs` knows what to do with both, and that is compiled once.
//!
//! ```text
//! view! { <button class="play" aria-label=name on:click=act>"Play " {what}</button> }
//!
//! html   <button class="play" _>Play <template _></template></button>
//! parts  attribute(0, "aria-label", name), listener(0, click, act), child(1, what)
//! ```
//!
//! Understood are: attributes, `on:event`, `prop:name`, `class:name`, `style:name`, `node_ref`, `inner_html`, texts, `{expressions}`,
//! elements, and components, which are left to Leptos.

use proc_macro2::TokenStream;
use quote::quote;
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock, NodeElement};
use syn::spanned::Spanned as _;
use syn::{Block, Expr, Stmt};

type Element = NodeElement<rstml::Infallible>;

/// Elements that hold nothing and have no end tag.
const VOID_ELEMENTS: [&str; 6] = ["br", "col", "hr", "img", "input", "wbr"];
/// What marks an element with parts of its own, and the place of a child that may change.
const HOLE: &str = " _";

/// Markup, as an `AnyView`.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let view = rstml::parse2(tokens.into()).and_then(|nodes| of_nodes(&nodes));
    view.unwrap_or_else(|error| error.to_compile_error()).into()
}

fn of_nodes(nodes: &[Node]) -> syn::Result<TokenStream> {
    let roots = nodes.iter().filter(|node| !matches!(node, Node::Comment(_)));
    let views: Vec<TokenStream> = roots.map(of_root).collect::<syn::Result<_>>()?;
    Ok(match &views[..] {
        [view] => view.clone(),
        _ => quote! { crate::ui::markup::together(::std::vec![#(#views),*]) },
    })
}

fn of_root(node: &Node) -> syn::Result<TokenStream> {
    match node {
        Node::Element(element) if !is_component(element) => {
            let mut template = Template::default();
            template.element(element)?;
            let Template { html, parts, .. } = template;
            Ok(quote! { crate::ui::markup::markup(#html, ::std::vec![#(#parts),*]) })
        }
        other => child_value(other).map(|child| quote! { crate::ui::markup::alone(#child) }),
    }
}

/// What stands in a child's place, as a value of Rust.
fn child_value(node: &Node) -> syn::Result<TokenStream> {
    match node {
        Node::Element(component) => {
            Ok(quote! { ::leptos::prelude::IntoAny::into_any(::leptos::view! { #component }) })
        }
        Node::Block(NodeBlock::ValidBlock(block)) => Ok(expression(block)),
        Node::Text(text) => {
            let text = text.value_string();
            Ok(quote! { #text })
        }
        other => Err(syn::Error::new(other.span(), "this kind of markup is not understood here")),
    }
}

/// A block of one expression without its braces.
fn expression(block: &Block) -> TokenStream {
    match &block.stmts[..] {
        [Stmt::Expr(expression, None)] => quote! { #expression },
        _ => quote! { #block },
    }
}

/// Components begin with a capital letter.
fn is_component(element: &Element) -> bool {
    element.name().to_string().starts_with(|first: char| first.is_ascii_uppercase())
}

/// What stays as it is, and the parts that do not.
#[derive(Default)]
struct Template {
    html: String,
    parts: Vec<TokenStream>,
    holes: u16,
}

impl Template {
    fn element(&mut self, element: &Element) -> syn::Result<()> {
        let name = element.name().to_string();
        self.html.push('<');
        self.html.push_str(&name);
        let parts_before = self.parts.len();
        for attribute in element.attributes() {
            match attribute {
                NodeAttribute::Attribute(attribute) => self.attribute(attribute)?,
                NodeAttribute::Block(block) => {
                    return Err(syn::Error::new(block.span(), "attributes are named one by one"));
                }
            }
        }
        if self.parts.len() > parts_before {
            self.html.push_str(HOLE);
            self.holes += 1;
        }
        self.html.push('>');
        if VOID_ELEMENTS.contains(&name.as_str()) {
            return Ok(());
        }
        self.children(element.children())?;
        self.html.push_str(&format!("</{name}>"));
        Ok(())
    }

    fn children(&mut self, nodes: &[Node]) -> syn::Result<()> {
        nodes.iter().try_for_each(|node| self.child(node))
    }

    fn child(&mut self, node: &Node) -> syn::Result<()> {
        match node {
            Node::Comment(_) => Ok(()),
            Node::Text(text) => {
                self.html.push_str(&escaped(&text.value_string()));
                Ok(())
            }
            Node::Fragment(fragment) => self.children(fragment.children()),
            Node::Element(element) if !is_component(element) => self.element(element),
            _ => {
                let (hole, child) = (self.holes, child_value(node)?);
                self.parts.push(quote! { crate::ui::markup::child(#hole, #child) });
                self.html.push_str(&format!("<template{HOLE}></template>"));
                self.holes += 1;
                Ok(())
            }
        }
    }

    fn attribute(&mut self, attribute: &KeyedAttribute) -> syn::Result<()> {
        let key = attribute.key.to_string();
        let Some(value) = attribute.value() else {
            self.html.push_str(&format!(" {key}"));
            return Ok(());
        };
        match (key.split_once(':'), attribute.value_literal_string()) {
            (None, Some(literal)) if key != "inner_html" => {
                self.html.push_str(&format!(" {key}=\"{}\"", escaped(&literal)));
            }
            _ => {
                let part = part(self.holes, &key, value, attribute)?;
                self.parts.push(part);
            }
        }
        Ok(())
    }
}

fn part(hole: u16, key: &str, value: &Expr, place: &KeyedAttribute) -> syn::Result<TokenStream> {
    let (kind, name) = key.split_once(':').unwrap_or(("", key));
    Ok(match (kind, name) {
        ("", "node_ref") => quote! { crate::ui::markup::reference(#hole, #value) },
        ("", "inner_html") => quote! { crate::ui::markup::html(#hole, #value) },
        ("", name) => quote! { crate::ui::markup::attribute(#hole, #name, #value) },
        ("on", name) => {
            let event = syn::Ident::new(name, place.key.span());
            quote! { crate::ui::markup::listener(#hole, ::leptos::ev::#event, #value) }
        }
        ("prop", name) => quote! { crate::ui::markup::property(#hole, #name, #value) },
        ("class", name) => quote! { crate::ui::markup::class(#hole, #name, #value) },
        ("style", name) => quote! { crate::ui::markup::style(#hole, #name, #value) },
        _ => return Err(syn::Error::new(place.key.span(), "this kind of attribute is not understood here")),
    })
}

/// A text as HTML writes it, between tags or between double quotes.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template_of(tokens: TokenStream) -> (String, Vec<String>) {
        let nodes = rstml::parse2(tokens).expect("the markup is well formed");
        let mut template = Template::default();
        template.children(&nodes).expect("the markup is understood");
        (template.html, template.parts.iter().map(TokenStream::to_string).collect())
    }

    #[test]
    fn what_does_not_change_is_html() {
        let (html, parts) =
            template_of(quote! { <p class="a \"b\"" hidden>"1 < 2"<br/><input type="text"/></p> });
        assert_eq!(html, r#"<p class="a &quot;b&quot;" hidden>1 &lt; 2<br><input type="text"></p>"#);
        assert!(parts.is_empty());
    }

    #[test]
    fn holes_are_numbered_as_they_stand_in_the_text() {
        let (html, parts) = template_of(quote! {
            <div id=first on:click=act><b>{second}</b><i title=third></i><Part a=b/></div>
        });
        assert_eq!(html, "<div _><b><template _></template></b><i _></i><template _></template></div>");
        let holes: Vec<bool> = [0, 0, 1, 2, 3]
            .iter()
            .zip(&parts)
            .map(|(hole, part)| part.contains(&format!("({hole}u16 ,")))
            .collect();
        assert_eq!(holes, [true; 5], "{parts:?}");
    }

    #[test]
    fn what_is_not_understood_is_a_fault_at_its_place() {
        let refuse = |tokens| {
            let nodes = rstml::parse2(tokens).expect("the markup is well formed");
            Template::default().children(&nodes).is_err()
        };
        assert!(refuse(quote! { <p {..spread}></p> }));
        assert!(refuse(quote! { <p bind:value=signal></p> }));
    }
}
