//! The page "Simulation beside the literature": what each row counts is written in `literature.md`, and the figures come from
//! `assets/literature.txt`, which the simulator wrote.

use crate::course::Html;
use crate::desk::{Desk, Line, lines};
use crate::sections::{self, Fields, Section};
use crate::{check, markdown};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a file of figures says of a row.
struct Figures<'a> {
    line: usize,
    published: &'a str,
    ours: &'a str,
    tolerance: &'a str,
    trials: &'a str,
}

/// What is counted, published, ours, tolerance, trials, source.
const COLUMNS: usize = 6;

/// The file of figures: its name and content.
pub(crate) type File = (String, String);

/// The page as HTML. Every row has its figures, and all figures have a row.
pub(crate) fn read(text: &str, figures: &File, desk: &mut Desk<'_>) -> Html {
    let mut known = read_figures(figures, desk);
    let mut page = String::new();
    let lines = lines(text);
    if let Some((head, body)) = sections::front_matter(&lines, desk) {
        let mut fields = Fields::read(head, desk);
        let columns = fields.required("columns", desk);
        fields.end(desk);
        let columns: Vec<&str> = columns.map_or(Vec::new(), |columns| columns.value.split('|').collect());
        if columns.len() != COLUMNS {
            desk.fault(1, format!("`columns` are {COLUMNS} headings, parted by bars"));
        }
        for section in sections::split(body, desk) {
            write_section(&section, &columns, &mut known, &mut page, desk);
        }
    }
    for (name, row) in known {
        let message = format!("no `row: {name} | … | …` in {} says what it counts", desk.file);
        desk.faults.push(crate::Fault { file: figures.0.clone(), line: row.line, message });
    }
    page.into()
}

fn read_figures<'a>((file, text): &'a File, desk: &mut Desk<'_>) -> BTreeMap<&'a str, Figures<'a>> {
    let mut found = BTreeMap::new();
    for Line { number, text } in lines(text).into_iter().filter(|line| !line.text.starts_with('#')) {
        let parts: Vec<&str> = text.split(" | ").collect();
        if let [name, published, ours, tolerance, trials] = parts[..] {
            found.insert(name, Figures { line: number, published, ours, tolerance, trials });
        } else {
            let message =
                "expected `name | published | ours | tolerance | trials`: write the file anew".to_owned();
            desk.faults.push(crate::Fault { file: file.clone(), line: number, message });
        }
    }
    found
}

fn write_section(
    section: &Section<'_>,
    columns: &[&str],
    known: &mut BTreeMap<&str, Figures<'_>>,
    page: &mut String,
    desk: &mut Desk<'_>,
) {
    let slug = section.slug.unwrap_or_default();
    check::slug(slug, section.line, desk);
    let (rows, text): (Vec<Line<'_>>, Vec<Line<'_>>) =
        section.body.iter().partition(|line| line.text.starts_with("row:"));
    let prose = markdown::blocks(sections::trim(&text), desk).html;
    let title = markdown::escape(section.title);
    let _ = write!(page, "<section id=\"{slug}\"><h2>{title}</h2><div class=\"prose\">{prose}</div>");
    if !rows.is_empty() {
        page.push_str("<div class=\"table\" tabindex=\"0\"><table><thead><tr>");
        for column in columns {
            let _ = write!(page, "<th scope=\"col\">{}</th>", markdown::escape(column.trim()));
        }
        page.push_str("</tr></thead><tbody>");
        rows.iter().for_each(|row| write_row(*row, known, page, desk));
        page.push_str("</tbody></table></div>");
    }
    page.push_str("</section>");
}

/// `row: name | what is counted | where it is published`
fn write_row(row: Line<'_>, known: &mut BTreeMap<&str, Figures<'_>>, page: &mut String, desk: &mut Desk<'_>) {
    let parts: Vec<&str> = row.text.trim_start_matches("row:").split('|').map(str::trim).collect();
    let [name, what, source] = parts[..] else {
        return desk.fault(row.number, "a row is `row: name | what is counted | where it is published`");
    };
    let Some(figures) = known.remove(name) else {
        let advice = "name a row of src/literature and run `cargo headless literature`";
        return desk.fault(row.number, format!("no figures for `{name}`, or they are shown twice: {advice}"));
    };
    let [what, source] = [what, source].map(|text| markdown::inline(&[Line { text, ..row }], desk).html);
    let Figures { published, ours, tolerance, trials, .. } = figures;
    let _ = write!(page, "<tr><th scope=\"row\">{what}</th>");
    for number in [published, ours, &format!("± {tolerance}"), trials] {
        let _ = write!(page, "<td>{number}</td>");
    }
    let _ = write!(page, "<td class=\"source\">{source}</td></tr>");
}
