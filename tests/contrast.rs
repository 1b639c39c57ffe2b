//! Text can be read: every pair of colours that text is set in, of the tokens and in both themes, has a contrast of at least
//! 4.5 : 1 (WCAG 2.2, 1.4.3), and signs and edges of controls at least 3 : 1 (1.4.11).

#![allow(clippy::disallowed_methods, reason = "What a test of colours computes never enters a run.")]

use std::collections::BTreeMap;

/// Colours of text, and the grounds that it stands on.
const TEXT: &[(&str, &[&str])] = &[
    ("ink", &["paper", "sheet", "accent-soft", "good-soft", "island-a", "island-b", "island-c", "island-d"]),
    ("ink-2", &["paper", "sheet", "good-soft", "accent-soft"]),
    ("ink-3", &["paper", "sheet"]),
    ("accent", &["paper", "sheet", "accent-soft"]),
    ("accent-hover", &["paper", "sheet", "good-soft"]),
    ("on-accent", &["accent", "accent-hover"]),
    ("good", &["paper", "sheet", "good-soft", "accent-soft"]),
    ("bad", &["paper", "sheet", "bad-soft", "accent-soft"]),
    ("warn", &["paper", "sheet", "warn-soft"]),
    ("sheet", &["good"]),
    ("island-a-ink", &["paper", "island-a"]),
    ("island-b-ink", &["paper", "island-b"]),
    ("island-c-ink", &["paper", "island-c"]),
    ("island-d-ink", &["paper", "island-d"]),
    ("msg-lost", &["paper"]),
    ("on-accent", &["tint-1", "tint-2", "tint-3", "tint-4", "tint-5", "tint-6", "tint-7", "tint-8"]),
];

/// Colours of edges and signs without which a control or a state would not be seen.
const SIGNS: &[(&str, &[&str])] = &[
    ("edge", &["paper", "sheet"]),
    ("accent", &["paper", "sheet", "rule"]),
    ("node-rim", &["node", "paper"]),
    ("msg-write", &["paper"]),
    ("msg-ack", &["paper"]),
    ("msg-beat", &["paper"]),
    ("tint-1", &["paper", "sheet", "node"]),
    ("tint-2", &["paper", "sheet", "node"]),
    ("tint-3", &["paper", "sheet", "node"]),
    ("tint-4", &["paper", "sheet", "node"]),
    ("tint-5", &["paper", "sheet", "node"]),
    ("tint-6", &["paper", "sheet", "node"]),
    ("tint-7", &["paper", "sheet", "node"]),
    ("tint-8", &["paper", "sheet", "node"]),
];

#[test]
fn text_can_be_read_in_both_themes() {
    assert_contrasts(TEXT, 4.5);
}

#[test]
fn signs_can_be_seen_in_both_themes() {
    assert_contrasts(SIGNS, 3.0);
}

#[test]
fn contrast_is_that_of_the_guidelines() {
    assert!((contrast([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 1e-9);
    assert!((contrast([118, 118, 118], [255, 255, 255]) - 4.54).abs() < 0.01);
}

fn assert_contrasts(pairs: &[(&str, &[&str])], least: f64) {
    let mut faults = Vec::new();
    for (theme, colours) in themes() {
        for (text, grounds) in pairs {
            for ground in *grounds {
                let got = contrast(colour(&colours, text), colour(&colours, ground));
                if got < least {
                    faults.push(format!("{theme}: --{text} on --{ground} has {got:.2}, less than {least}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

type Colours = BTreeMap<String, [u8; 3]>;

/// The colours of both themes; dark overrides light.
fn themes() -> [(&'static str, Colours); 2] {
    let css =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/style/tokens.css")).expect("tokens");
    let light = block(&css, ":root {");
    let mut dark = light.clone();
    dark.extend(block(&css, "[data-theme=\"dark\"] {"));
    [("light", light), ("dark", dark)]
}

fn block(css: &str, selector: &str) -> Colours {
    let (_, rest) = css.split_once(selector).unwrap_or_else(|| panic!("tokens.css has no `{selector}`"));
    let (body, _) = rest.split_once('}').expect("a closed block");
    body.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #")).map(read).collect()
}

fn read((name, hex): (&str, &str)) -> (String, [u8; 3]) {
    assert_eq!(hex.len(), 6, "--{name}: #{hex}");
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
    (name.to_owned(), [byte(0), byte(2), byte(4)])
}

fn colour(colours: &Colours, name: &str) -> [u8; 3] {
    *colours.get(name).unwrap_or_else(|| panic!("tokens.css has no colour --{name}"))
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance([red, green, blue]: [u8; 3]) -> f64 {
    let linear = |byte: u8| {
        let value = f64::from(byte) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}
