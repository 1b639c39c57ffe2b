//! What can be saved of a run, and as what.

use super::pictures::Shown;
use crate::word;
use crate::words::Key;

/// Something that can be saved, and as what.
pub(super) struct Row {
    pub title: Key,
    pub about: Key,
    pub offers: &'static [Offer],
}

/// A button of a row.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    /// The same in every language.
    pub format: &'static str,
    pub ending: &'static str,
    pub what: What,
}

#[derive(Clone, Copy)]
pub(super) enum What {
    Svg(Shown),
    Png(Shown),
    Job(&'static str),
}

pub(super) static ROWS: &[Row] = &[
    Row {
        title: word!("share.picture"),
        about: word!("share.picture.about"),
        offers: &[
            Offer { format: "PNG", ending: "png", what: What::Png(Shown::Stage) },
            Offer { format: "SVG", ending: "svg", what: What::Svg(Shown::Stage) },
        ],
    },
    Row {
        title: word!("share.diagram"),
        about: word!("share.diagram.about"),
        offers: &[
            Offer { format: "PNG", ending: "diagram.png", what: What::Png(Shown::Diagram) },
            Offer { format: "SVG", ending: "diagram.svg", what: What::Svg(Shown::Diagram) },
        ],
    },
    Row {
        title: word!("share.trace"),
        about: word!("share.trace.about"),
        offers: &[
            Offer { format: "ShiViz", ending: "shiviz.txt", what: What::Job("shiviz") },
            Offer { format: "Mermaid", ending: "mmd", what: What::Job("mermaid") },
            Offer { format: "JSON lines", ending: "jsonl", what: What::Job("jsonl") },
        ],
    },
    Row {
        title: word!("share.readings"),
        about: word!("share.readings.about"),
        offers: &[Offer { format: "CSV", ending: "csv", what: What::Job("csv") }],
    },
    Row {
        title: word!("share.figures"),
        about: word!("share.figures.about"),
        offers: &[Offer { format: "CSV", ending: "figures.csv", what: What::Job("csv-figures") }],
    },
    Row {
        title: word!("share.network"),
        about: word!("share.network.about"),
        offers: &[Offer { format: "DOT", ending: "dot", what: What::Job("dot") }],
    },
];
