//! Puts sheets on canvases. All there is to know of shapes and looks comes from [`crate::stage`]; here are only calls.

use leptos::prelude::{document, window};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CanvasRenderingContext2d, CanvasWindingRule, HtmlCanvasElement, HtmlElement};

use crate::stage::geometry::{Point, between, point};
use crate::stage::sheet::{Align, Segment, Sheet};
use crate::stage::style::{Font, Look, Style, Token};
use crate::stage::svg::Palette;
use crate::stage::units::fixed;

/// How many shapes are painted at a time. Without a graphics card a path of thousands of shapes is painted four times slower
/// than the same shapes in paths of some sixty (measured: 50 and 13 milliseconds for 10,000).
const SHAPES_A_PATH: usize = 64;

#[wasm_bindgen]
extern "C" {
    /// The canvas context once more, for the two calls that web-sys wraps in a guard against exceptions: ten thousand times a
    /// frame the guard costs more than the call. They throw only for a radius below zero, which no shape has.
    type Pen;

    #[wasm_bindgen(method)]
    fn arc(this: &Pen, x: f64, y: f64, radius: f64, from: f64, until: f64);

    #[wasm_bindgen(method, js_name = roundRect)]
    fn round_rect(this: &Pen, x: f64, y: f64, width: f64, height: f64, radius: f64);
}

/// A canvas for one sheet.
pub struct Layer {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

/// The colours and fonts of the page as they are now.
#[derive(Default)]
pub struct Theme {
    colours: Vec<String>,
    fonts: Vec<String>,
    /// The family of type.
    text: String,
    /// The size of text on the stage, in pixels.
    pub text_px: f64,
}

impl Theme {
    /// Reads the tokens that are in force at an element.
    pub fn read(element: &HtmlElement) -> Theme {
        let Ok(Some(style)) = window().get_computed_style(element) else { return Theme::default() };
        let value = |name: &str| style.get_property_value(name).unwrap_or_default().trim().to_owned();
        // The browser's own reader of numbers: that of the standard library is ten kilobytes of tables.
        let text_px =
            Some(js_sys::parse_float(&value("font-size"))).filter(|size| size.is_finite()).unwrap_or(16.0);
        let family = value("--text");
        let font = |font: &Font| format!("{} {}px {family}", font.weight(), fixed(font.size() * text_px, 2));
        Theme {
            colours: Token::ALL.iter().map(|token| value(token.property())).collect(),
            fonts: Font::ALL.iter().map(font).collect(),
            text: family,
            text_px,
        }
    }

    /// The same for a file.
    pub fn palette(&self) -> Palette {
        let (colours, text) = (self.colours.clone(), self.text.clone());
        Palette { colours, text, text_px: self.text_px }
    }

    fn colour(&self, token: Token) -> &str {
        self.colours.get(token as usize).map_or("", String::as_str)
    }

    fn font(&self, font: Font) -> &str {
        self.fonts.get(font as usize).map_or("", String::as_str)
    }
}

impl Layer {
    /// The layer of a canvas; none if the browser gives no context.
    pub fn of(canvas: HtmlCanvasElement) -> Option<Layer> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Layer { canvas, context })
    }

    /// Fits the canvas to a pane, one pixel of it for each of the screen.
    pub fn resize(&self, pane: Point) {
        let ratio = pixel_ratio();
        let pixels = |length: f64| (length * ratio).round().max(1.0) as u32;
        self.canvas.set_width(pixels(pane.x));
        self.canvas.set_height(pixels(pane.y));
    }

    /// Paints a sheet in place of what was there.
    pub fn paint(&self, sheet: &Sheet, theme: &Theme, pane: Point) {
        let (context, ratio) = (&self.context, pixel_ratio());
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, pane.x, pane.y);
        context.set_line_cap("round");
        context.set_line_join("round");
        for style in Style::all() {
            self.draw(style, sheet, theme);
        }
        context.set_global_alpha(1.0);
        self.write(sheet, theme);
    }

    /// Draws all shapes of a style, so many at a time.
    fn draw(&self, style: Style, sheet: &Sheet, theme: &Theme) {
        let mut shapes = 0;
        for segment in sheet.path(style) {
            if segment.begins_shape() {
                // The eyes of a mask belong to the shape before them.
                if shapes == 0 || shapes % SHAPES_A_PATH == 0 && style != Style::Mask {
                    if shapes > 0 {
                        self.dress(style, sheet, theme);
                    }
                    self.context.begin_path();
                }
                shapes += 1;
            }
            self.trace(segment);
        }
        if shapes > 0 {
            self.dress(style, sheet, theme);
        }
    }

    fn trace(&self, segment: &Segment) {
        let context = &self.context;
        let pen: &Pen = context.unchecked_ref();
        match *segment {
            Segment::Move(p) => context.move_to(p.x, p.y),
            Segment::Line(p) => context.line_to(p.x, p.y),
            Segment::Curve(by, p) => context.quadratic_curve_to(by.x, by.y, p.x, p.y),
            Segment::Close => context.close_path(),
            Segment::Box(p, width, height) => context.rect(p.x, p.y, width, height),
            Segment::Circle(p, radius) => {
                context.move_to(p.x + radius, p.y);
                pen.arc(p.x, p.y, radius, 0.0, std::f64::consts::TAU);
            }
            Segment::Arc(p, radius, from, until) => pen.arc(p.x, p.y, radius, from, until),
            Segment::RoundBox(p, width, height, radius) => pen.round_rect(p.x, p.y, width, height, radius),
        }
    }

    /// Fills and strokes the path at hand as its style says.
    fn dress(&self, style: Style, sheet: &Sheet, theme: &Theme) {
        let (context, look) = (&self.context, style.look());
        context.set_global_alpha(look.opacity);
        if look.line_below && sheet.rims {
            self.stroke(&look, sheet, theme);
        }
        if let Some(fill) = look.fill {
            context.set_fill_style_str(theme.colour(fill));
            match style {
                Style::Mask => context.fill_with_canvas_winding_rule(CanvasWindingRule::Evenodd),
                _ => context.fill(),
            }
        }
        if !look.line_below {
            self.stroke(&look, sheet, theme);
        }
    }

    fn stroke(&self, look: &Look, sheet: &Sheet, theme: &Theme) {
        let (context, Some((token, width))) = (&self.context, look.line) else { return };
        context.set_stroke_style_str(theme.colour(token));
        context.set_line_width(width * sheet.weight);
        if let Some(dash) = look.dash {
            set_dash(context, &[dash * sheet.weight.max(0.6) * 1.2, dash * sheet.weight.max(0.6)]);
            // Round caps would close the gaps.
            context.set_line_cap("butt");
        }
        context.stroke();
        if look.dash.is_some() {
            set_dash(context, &[]);
            context.set_line_cap("round");
        }
    }

    fn write(&self, sheet: &Sheet, theme: &Theme) {
        let context = &self.context;
        context.set_text_baseline("middle");
        let mut font = None;
        for (text, words) in sheet.texts() {
            if font != Some(text.font) {
                font = Some(text.font);
                context.set_font(theme.font(text.font));
            }
            context.set_text_align(if text.align == Align::Middle { "center" } else { "left" });
            context.set_global_alpha(text.opacity);
            context.set_fill_style_str(theme.colour(text.token));
            // The middle of small letters lies a little below the middle of the line.
            let _ = context.fill_text(words, text.at.x, text.at.y + theme.text_px * 0.06);
        }
        context.set_global_alpha(1.0);
    }
}

/// Pixels of the screen for one of the page.
pub fn pixel_ratio() -> f64 {
    between(window().device_pixel_ratio(), 0.5, 4.0)
}

/// Whether the watcher asked for less motion.
pub fn wants_less_motion() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// The width and height of an element.
pub fn size_of(element: &HtmlElement) -> Point {
    point(f64::from(element.client_width()), f64::from(element.client_height()))
}

/// The root element of the page, whose attributes choose the theme.
pub fn page_root() -> Option<web_sys::Element> {
    document().document_element()
}

fn set_dash(context: &CanvasRenderingContext2d, lengths: &[f64]) {
    let array: js_sys::Array = lengths.iter().map(|length| JsValue::from_f64(*length)).collect();
    let _ = context.set_line_dash(&array);
}
