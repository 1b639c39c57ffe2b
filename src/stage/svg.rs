//! Sheets as an SVG file: the same shapes, looks and words as on the canvas, for slides and print.

use std::fmt::Write as _;

use super::geometry::Point;
use super::sheet::{Align, Segment, Sheet, Text};
use super::style::{Font, Look, Style, Token};
use super::units::fixed;

/// The colours and types of a picture.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Palette {
    /// Colours in the order of [`Token::ALL`].
    pub colours: Vec<String>,
    /// The family of type.
    pub text: String,
    /// The size of text, in pixels.
    pub text_px: f64,
}

impl Palette {
    fn colour(&self, token: Token) -> String {
        escaped(self.colours.get(token as usize).map_or("", String::as_str))
    }

    /// The light colours of the page, as its style sheet has them.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn light() -> Palette {
        let tokens = include_str!("../../style/tokens.css");
        let value = |name: &str| {
            let line = tokens.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_default().trim_end_matches(';').to_owned()
        };
        Palette {
            colours: Token::ALL.iter().map(|token| value(token.property())).collect(),
            text: value("--text"),
            text_px: super::scene::Options::default().text_px,
        }
    }
}

/// Writes sheets that lie on each other, of this size, with a title for those who do not see them.
pub fn write(sheets: &[&Sheet], size: Point, title: &str, palette: &Palette) -> String {
    let (width, height) = (fixed(size.x, 0), fixed(size.y, 0));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\"><title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n",
        escaped(title),
        palette.colour(Token::Paper)
    );
    for sheet in sheets {
        for style in Style::all() {
            draw(&mut svg, style, sheet, palette);
        }
        for (text, words) in sheet.texts() {
            write_text(&mut svg, text, words, palette);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw(svg: &mut String, style: Style, sheet: &Sheet, palette: &Palette) {
    let path = sheet.path(style);
    if path.is_empty() {
        return;
    }
    svg.push_str("<path d=\"");
    path.iter().for_each(|segment| trace(svg, segment));
    svg.push('"');
    let Look { fill, line, dash, opacity, line_below } = style.look();
    attribute(svg, "fill", &fill.map_or("none".to_owned(), |token| palette.colour(token)));
    if style == Style::Mask {
        attribute(svg, "fill-rule", "evenodd");
    }
    if let Some((token, width)) = line.filter(|_| sheet.rims || !line_below) {
        attribute(svg, "stroke", &palette.colour(token));
        attribute(svg, "stroke-width", &fixed(width * sheet.weight, 2));
        attribute(svg, "stroke-linejoin", "round");
        if line_below {
            attribute(svg, "paint-order", "stroke");
        }
        match dash {
            // Round caps would close the gaps.
            Some(dash) => {
                let dash = dash * sheet.weight.max(0.6);
                attribute(svg, "stroke-dasharray", &format!("{} {}", fixed(dash * 1.2, 2), fixed(dash, 2)));
            }
            None => attribute(svg, "stroke-linecap", "round"),
        }
    }
    if opacity < 1.0 {
        attribute(svg, "opacity", &fixed(opacity, 2));
    }
    svg.push_str("/>\n");
}

fn write_text(svg: &mut String, text: &Text, words: &str, palette: &Palette) {
    // The middle of small letters lies a little below the middle of the line.
    let (x, y) = (fixed(text.at.x, 2), fixed(text.at.y + palette.text_px * 0.06, 2));
    let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" dominant-baseline=\"middle\"");
    if text.align == Align::Middle {
        attribute(svg, "text-anchor", "middle");
    }
    let Text { font, token, opacity, .. } = *text;
    attribute(svg, "font-family", &escaped(&palette.text));
    attribute(svg, "font-size", &fixed(Font::size(font) * palette.text_px, 2));
    attribute(svg, "font-weight", &font.weight().to_string());
    attribute(svg, "fill", &palette.colour(token));
    if opacity < 1.0 {
        attribute(svg, "opacity", &fixed(opacity, 2));
    }
    let _ = writeln!(svg, ">{}</text>", escaped(words));
}

fn attribute(svg: &mut String, name: &str, value: &str) {
    // Writing to a string does not fail.
    let _ = write!(svg, " {name}=\"{value}\"");
}

pub(super) fn trace(svg: &mut String, segment: &Segment) {
    let mut put = |command: char, numbers: &[f64]| put(svg, command, numbers);
    match *segment {
        Segment::Move(p) => put('M', &[p.x, p.y]),
        Segment::Line(p) => put('L', &[p.x, p.y]),
        Segment::Curve(by, p) => put('Q', &[by.x, by.y, p.x, p.y]),
        Segment::Close => put('Z', &[]),
        Segment::Box(p, width, height) => {
            put('M', &[p.x, p.y]);
            put('h', &[width]);
            put('v', &[height]);
            put('h', &[-width]);
            put('Z', &[]);
        }
        Segment::Circle(p, r) => {
            put('M', &[p.x - r, p.y]);
            put('a', &[r, r, 0.0, 1.0, 0.0, 2.0 * r, 0.0]);
            put('a', &[r, r, 0.0, 1.0, 0.0, -2.0 * r, 0.0]);
            put('Z', &[]);
        }
        Segment::Arc(p, r, from, until) => {
            // A whole circle has no direction to be drawn in: it is drawn but for a hair.
            let until = until.min(from + std::f64::consts::TAU - 1e-3);
            let large = f64::from(u8::from(until - from > std::f64::consts::PI));
            let (begin, end) = (p + Point::at_angle(from) * r, p + Point::at_angle(until) * r);
            put('L', &[begin.x, begin.y]);
            put('A', &[r, r, 0.0, large, 1.0, end.x, end.y]);
        }
        Segment::RoundBox(p, width, height, radius) => {
            let r = radius.min(width / 2.0).min(height / 2.0);
            put('M', &[p.x + r, p.y]);
            for (side, way) in [('h', 1.0), ('v', 1.0), ('h', -1.0), ('v', -1.0)] {
                let length = if side == 'h' { width } else { height } - 2.0 * r;
                put(side, &[length * way]);
                // The corner turns right, from this side to the next.
                let (across, down) = if side == 'h' { (r * way, r * way) } else { (-r * way, r * way) };
                put('a', &[r, r, 0.0, 0.0, 1.0, across, down]);
            }
            put('Z', &[]);
        }
    }
}

/// A command of a path with its numbers, as short as they can be written.
fn put(svg: &mut String, command: char, numbers: &[f64]) {
    svg.push(command);
    for (index, value) in numbers.iter().enumerate() {
        if index > 0 {
            svg.push(' ');
        }
        let number = fixed(*value, 2);
        svg.push_str(number.trim_end_matches('0').trim_end_matches('.'));
    }
}

/// A text as XML has it.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::test_scene::Stage;

    #[test]
    fn everything_on_the_sheets_is_in_the_file() {
        let commands = ["1s crash n1", "1s pause n2", "1s byzantine n6 equivocate", "1s cut n2-n3"];
        let stage = Stage::of("partition").run(&commands, "1100ms");
        let picture = stage.picture();
        let svg =
            write(&[&picture.still, &picture.moving], stage.view.pane, "a <b> & \"c\"", &Palette::light());
        let sheets = [&picture.still, &picture.moving];
        let styles = Style::all().flat_map(|style| sheets.map(|sheet| !sheet.path(style).is_empty()));
        assert_eq!(svg.matches("<path ").count(), styles.filter(|drawn| *drawn).count());
        assert_eq!(
            svg.matches("<text ").count(),
            sheets.iter().map(|sheet| sheet.texts().count()).sum::<usize>()
        );
        assert!(svg.contains(">n7</text>") && svg.contains("<title>a &lt;b&gt; &amp; &quot;c&quot;</title>"));
        assert!(!svg.contains("NaN") && !svg.contains("--") && !svg.contains("fill=\"\""), "{svg}");
    }

    #[test]
    fn the_light_palette_has_every_colour() {
        let palette = Palette::light();
        assert!(palette.colours.iter().all(|colour| colour.starts_with('#')), "{palette:?}");
        assert!(palette.text.contains("sans-serif"));
    }
}
