//! A run in the formats of other programs: the trace as a ShiViz log, a Mermaid sequence diagram or JSON lines, the network
//! as DOT, readings and figures as CSV. All of them are bounded, and say themselves what they leave out.

mod clocks;
mod csv;
mod dot;
mod json_lines;
mod mermaid;
mod shiviz;

use super::run::Run;

pub use shiviz::PARSER as SHIVIZ_PARSER;

/// A format to write a run in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// A log for ShiViz, which draws who could know of what.
    Shiviz,
    /// A sequence diagram for Mermaid.
    Mermaid,
    /// One JSON object a record.
    JsonLines,
    /// The network as a graph for Graphviz.
    Dot,
    /// Readings over time for a spreadsheet.
    Csv,
    /// The numbers of figures for a spreadsheet.
    CsvFigures,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 6] =
        [Format::Shiviz, Format::Mermaid, Format::JsonLines, Format::Dot, Format::Csv, Format::CsvFigures];

    /// Its name on the command line and in the page.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Shiviz => "shiviz",
            Format::Mermaid => "mermaid",
            Format::JsonLines => "jsonl",
            Format::Dot => "dot",
            Format::Csv => "csv",
            Format::CsvFigures => "csv-figures",
        }
    }

    /// The format of this name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Writes a run in it.
    pub fn write(self, run: &Run) -> String {
        match self {
            Format::Shiviz => shiviz::write(run, shiviz::BYTES_AT_MOST),
            Format::Mermaid => mermaid::write(run, mermaid::BYTES_AT_MOST),
            Format::JsonLines => json_lines::write(run, json_lines::BYTES_AT_MOST),
            Format::Dot => dot::write(run),
            Format::Csv => csv::readings(run),
            Format::CsvFigures => csv::figures(run),
        }
    }
}

/// `1 record`, `2 records`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
