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
//! html   <button class="play" _="aaria-label oclick">Play <template _></template></button>
//! parts  value(name), listener(click, act), child(what)
//! ```
//!
//! A hole is an element with an attribute `_`. That lists, in the order of the parts, what each is to the element, by a letter and a
//! name: `a` an attribute, `p` a property, `c` a class, `s` a style, `h` all its content, `o` what happens on an event, `r` a
//! reference. A hole whose list is empty is the place of a child.
//!
//! Understood are: attributes, `on:event`, `prop:name`, `class:name`, `style:name`, `node_ref`, `inner_html`, texts, `{expressions}`,
//! elements, and components, which are left to Leptos.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock, NodeElement};
use syn::spanned::Spanned as _;
use syn::{Block, Expr, Stmt};

type Element = NodeElement<rstml::Infallible>;

/// Elements that hold nothing and have no end tag.
const VOID_ELEMENTS: [&str; 6] = ["br", "col", "hr", "img", "input", "wbr"];
/// What marks a hole. No text may hold it, for the page looks for it to find the lists.
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
            let Template { html, parts } = template;
            let list = list();
            Ok(quote! {{
                let mut #list = crate::ui::markup::Parts::of(#html);
                #(#list.#parts;)*
                #list.into_view()
            }})
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

/// The name of the list of parts in the code that is written: one that no expression in the markup can mean.
fn list() -> Ident {
    Ident::new("parts", Span::mixed_site())
}

/// What stays as it is, and the calls that add the parts that do not.
#[derive(Default)]
struct Template {
    html: String,
    parts: Vec<TokenStream>,
}

impl Template {
    fn element(&mut self, element: &Element) -> syn::Result<()> {
        let name = element.name().to_string();
        self.html.push('<');
        self.html.push_str(&name);
        let mut list = Vec::new();
        for attribute in element.attributes() {
            match attribute {
                NodeAttribute::Attribute(attribute) => list.extend(self.attribute(attribute)?),
                NodeAttribute::Block(block) => {
                    return Err(syn::Error::new(block.span(), "attributes are named one by one"));
                }
            }
        }
        if !list.is_empty() {
            self.html.push_str(&format!("{HOLE}=\"{}\"", list.join(" ")));
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
            Node::Text(text) => self.text(&text.value_string(), text.span()),
            Node::Fragment(fragment) => self.children(fragment.children()),
            Node::Element(element) if !is_component(element) => self.element(element),
            _ => {
                let child = child_value(node)?;
                self.parts.push(quote! { child(#child) });
                self.html.push_str(&format!("<template{HOLE}></template>"));
                Ok(())
            }
        }
    }

    fn text(&mut self, text: &str, place: Span) -> syn::Result<()> {
        if text.contains(HOLE) {
            return Err(syn::Error::new(place, "a text in markup cannot hold a blank and an underscore"));
        }
        self.html.push_str(&escaped(text));
        Ok(())
    }

    /// Writes an attribute that stays; for any other, adds its part and says what to list.
    fn attribute(&mut self, attribute: &KeyedAttribute) -> syn::Result<Option<String>> {
        let key = attribute.key.to_string();
        let Some(value) = attribute.value() else {
            self.html.push_str(&format!(" {key}"));
            return Ok(None);
        };
        if let Some(literal) = attribute.value_literal_string()
            && !key.contains(':')
            && key != "inner_html"
        {
            self.html.push_str(&format!(" {key}=\""));
            self.text(&literal, value.span())?;
            self.html.push('"');
            return Ok(None);
        }
        let (listed, part) = part(&key, value, attribute)?;
        self.parts.push(part);
        Ok(Some(listed))
    }
}

/// What to list for a part, and the call that adds it.
fn part(key: &str, value: &Expr, place: &KeyedAttribute) -> syn::Result<(String, TokenStream)> {
    let (kind, name) = key.split_once(':').unwrap_or(("", key));
    let letter = match (kind, name) {
        ("", "node_ref") => return Ok(("r".to_owned(), quote! { reference(#value) })),
        ("on", name) => {
            let event = Ident::new(name, place.key.span());
            return Ok((format!("o{name}"), quote! { listener(::leptos::ev::#event, #value) }));
        }
        ("", "inner_html") => return Ok(("h".to_owned(), quote! { value(#value) })),
        ("", _) => 'a',
        ("prop", _) => 'p',
        ("class", _) => 'c',
        ("style", _) => 's',
        _ => return Err(syn::Error::new(place.key.span(), "this kind of attribute is not understood here")),
    };
    Ok((format!("{letter}{name}"), quote! { value(#value) }))
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
    fn parts_come_in_the_order_of_the_lists() {
        let (html, parts) = template_of(quote! {
            <div id=first on:click=second><b>{third}</b><i class:on=fourth style:left=fifth></i><Part a=b/></div>
        });
        assert_eq!(
            html,
            "<div _=\"aid oclick\"><b><template _></template></b><i _=\"con sleft\"></i><template _></template></div>"
        );
        for (part, name) in parts.iter().zip(["first", "second", "third", "fourth", "fifth", "Part"]) {
            assert!(part.contains(name), "{part} is not {name}");
        }
        assert_eq!(parts.len(), 6);
    }

    #[test]
    fn what_is_not_understood_is_a_fault_at_its_place() {
        let refuse = |tokens| {
            let nodes = rstml::parse2(tokens).expect("the markup is well formed");
            Template::default().children(&nodes).is_err()
        };
        assert!(refuse(quote! { <p {..spread}></p> }));
        assert!(refuse(quote! { <p bind:value=signal></p> }));
        assert!(refuse(quote! { <p>"a _ b"</p> }));
    }
}
