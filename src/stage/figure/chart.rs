//! A figure as the page shows it: a drawing, a legend, and the same as a table of exact numbers.

use super::paper::sample;
use crate::sim::figure::Tint;
use crate::stage::svg::escaped;
use crate::word;

/// How many rows of a table are shown: the last ones, for they are the newest.
const ROWS_AT_MOST: usize = 400;

/// A figure, ready to be shown.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Chart {
    /// The drawing as SVG; none for what is drawn on the stage.
    pub svg: String,
    /// Whether it may be wider than its place, and grows at its right end.
    pub grows: bool,
    /// What the drawing's colours and shapes stand for.
    pub legend: Vec<Legend>,
    /// The same as numbers.
    pub table: Table,
}

/// A line of a legend.
#[derive(Clone, PartialEq, Debug)]
pub struct Legend {
    /// Which colour and shape.
    pub tint: Tint,
    /// Whether it is drawn as a line.
    pub is_line: bool,
    /// What it stands for.
    pub title: String,
}

/// Rows of texts under a head.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Table {
    /// What the columns are.
    pub head: Vec<String>,
    /// One text a column each.
    pub rows: Vec<Vec<String>>,
}

impl Chart {
    /// The legend as HTML; nothing if there is nothing to tell apart.
    pub fn legend_html(&self) -> String {
        if self.legend.len() < 2 {
            return String::new();
        }
        let line = |line: &Legend| {
            format!("<li>{}<span>{}</span></li>", sample(line.tint, line.is_line), escaped(&line.title))
        };
        let lines: String = self.legend.iter().map(line).collect();
        format!("<ul class=\"legend\">{lines}</ul>")
    }
}

impl Table {
    /// As HTML, with a caption for those who do not see what it stands beside.
    pub fn html(&self, caption: &str) -> String {
        let mut html = format!("<table><caption>{}</caption><thead><tr>", escaped(caption));
        for title in &self.head {
            html += &format!("<th scope=\"col\">{}</th>", escaped(title));
        }
        html += "</tr></thead><tbody>";
        let left_out = self.rows.len().saturating_sub(ROWS_AT_MOST);
        if left_out > 0 {
            let columns = self.head.len();
            html += &format!(
                "<tr><td colspan=\"{columns}\">{}</td></tr>",
                escaped(word!("figure.earlier").text())
            );
        }
        for row in &self.rows[left_out..] {
            html += "<tr>";
            for (index, cell) in row.iter().enumerate() {
                let cell = escaped(cell);
                html += &if index == 0 {
                    format!("<th scope=\"row\">{cell}</th>")
                } else {
                    format!("<td>{cell}</td>")
                };
            }
            html += "</tr>";
        }
        html + "</tbody></table>"
    }

    /// As lines of text, a tabulator between columns.
    pub fn text(&self) -> String {
        let lines = std::iter::once(&self.head).chain(&self.rows);
        lines.map(|cells| cells.join("\t") + "\n").collect()
    }
}
