//! What the site weighs on its way to the browser.

use crate::parts;
use crate::project::{Outcome, file_error};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The most that the first load of the page may weigh, gzipped: that of any address within it.
const FIRST_LOAD_BUDGET_BYTES: u64 = 400 * 1024;

/// Where the sheets of prose are: a lesson fetches one of them when it is opened.
const SHEETS: &str = "sheets";

/// Where the words are that come with a part of the module, in files whose names begin with the language's and the part's.
const WORDS: &str = "words";

/// Files that go with the site and are no part of its first load: some are asked for with the rest of the module, or when one saves or
/// opens a run, the licence of the type never.
const FETCHED_LATER: [&str; 4] = ["fonts/OFL.txt", "rest.css", "worker.js", "worker_bg.wasm"];

/// One file of the site.
pub struct FileSize {
    name: String,
    plain_bytes: u64,
    gzipped_bytes: u64,
}

/// Every file of a folder, sorted by name.
pub fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(file_error("read", &folder))? {
            let path = entry.map_err(file_error("read", &folder))?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

/// Weighs every file of the site.
pub fn measure(site: &Path) -> Outcome<Vec<FileSize>> {
    files_below(site)?.iter().map(|path| measure_file(site, path)).collect()
}

/// Prints what each file weighs, and all together.
pub fn print(sizes: &[FileSize]) {
    println!("\n{:>12} {:>12}", "bytes", "gzipped");
    for FileSize { name, plain_bytes, gzipped_bytes } in sizes {
        println!("{plain_bytes:>12} {gzipped_bytes:>12}  {name}");
    }
    let line = |bytes: u64, what: &str| {
        println!("{:>12} {bytes:>12}  {what} ({:.1} KiB gzipped)", "", kibibytes(bytes))
    };
    for part in parts::names() {
        line(part_bytes(sizes, part), &format!("part {part}, with its words"));
    }
    let later = sizes.iter().filter(|size| is_fetched_later(size)).map(|size| size.gzipped_bytes).sum();
    line(later, "on request, or when the page is at rest");
    let (heaviest, begin) = (heaviest_scenario(sizes), begin_bytes(sizes));
    line(begin, "what every address begins with");
    line(heaviest_sheet(sizes, true), "the heaviest sheet of a step");
    line(heaviest.0, &format!("the parts that the heaviest scenario needs, {}", heaviest.1));
    line(first_load_bytes(sizes), "the first load of the heaviest address");
}

/// Fails if the site is heavier than the project allows itself.
pub fn check_budget(sizes: &[FileSize]) -> Outcome {
    let (total, budget) = (first_load_bytes(sizes), FIRST_LOAD_BUDGET_BYTES);
    let sentence =
        format!("the first load weighs {:.1} KiB gzipped of {:.0}", kibibytes(total), kibibytes(budget));
    if total > budget {
        return Err(format!("{sentence}: too much"));
    }
    println!("Within the budget: {sentence}.");
    Ok(())
}

fn measure_file(site: &Path, path: &Path) -> Outcome<FileSize> {
    let content = fs::read(path).map_err(file_error("read", path))?;
    let name = path.strip_prefix(site).unwrap_or(path).display().to_string();
    Ok(FileSize { name, plain_bytes: content.len() as u64, gzipped_bytes: gzipped_bytes(&content)? })
}

fn gzipped_bytes(content: &[u8]) -> Outcome<u64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let compressed = encoder.write_all(content).and_then(|()| encoder.finish());
    compressed.map(|bytes| bytes.len() as u64).map_err(|error| format!("cannot compress: {error}"))
}

/// What the heaviest of all addresses fetches besides what all do: that of a step its sheet and the parts that its scenario needs, that of
/// another page a sheet alone.
fn first_load_bytes(sizes: &[FileSize]) -> u64 {
    let step = heaviest_sheet(sizes, true) + heaviest_scenario(sizes).0;
    begin_bytes(sizes) + step.max(heaviest_sheet(sizes, false))
}

fn begin_bytes(sizes: &[FileSize]) -> u64 {
    let fetched = sizes.iter().filter(|size| !is_fetched_later(size) && !is_below(size, SHEETS));
    fetched.map(|size| size.gzipped_bytes).sum()
}

/// The heaviest sheet of a step, or of any other page.
fn heaviest_sheet(sizes: &[FileSize], of_step: bool) -> u64 {
    let sheets =
        sizes.iter().filter(|size| is_below(size, SHEETS) && size.name.contains("-step-") == of_step);
    sheets.map(|sheet| sheet.gzipped_bytes).max().unwrap_or(0)
}

/// The scenario whose parts weigh most, and how much.
fn heaviest_scenario(sizes: &[FileSize]) -> (u64, &'static str) {
    let weight = |scenario| parts::of_scenario(scenario).map(|part| part_bytes(sizes, part)).sum::<u64>();
    parts::scenarios().map(|scenario| (weight(scenario), scenario)).max().unwrap_or_default()
}

/// What a part weighs with its words, those of the language in which they weigh most.
fn part_bytes(sizes: &[FileSize], part: &str) -> u64 {
    let code = sizes.iter().filter(|size| size.name.ends_with(&format!("_{part}.wasm")));
    let words = sizes.iter().filter(|size| is_below(size, WORDS) && size.name.contains(&format!("-{part}.")));
    code.map(|size| size.gzipped_bytes).sum::<u64>() + words.map(|size| size.gzipped_bytes).max().unwrap_or(0)
}

fn is_fetched_later(size: &FileSize) -> bool {
    let is_part = parts::names().iter().any(|part| size.name.ends_with(&format!("_{part}.wasm")));
    FETCHED_LATER.contains(&size.name.as_str()) || is_part || is_below(size, WORDS)
}

fn is_below(size: &FileSize, folder: &str) -> bool {
    Path::new(&size.name).starts_with(folder)
}

fn kibibytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site_of(gzipped_bytes: u64) -> Vec<FileSize> {
        vec![
            FileSize { name: "index.html".to_owned(), plain_bytes: 9, gzipped_bytes: 1 },
            FileSize { name: "page.wasm".to_owned(), plain_bytes: 9, gzipped_bytes: gzipped_bytes - 1 },
        ]
    }

    #[test]
    fn the_budget_holds_up_to_its_last_byte() {
        assert!(check_budget(&site_of(FIRST_LOAD_BUDGET_BYTES)).is_ok());
        assert!(check_budget(&site_of(FIRST_LOAD_BUDGET_BYTES + 1)).is_err());
    }

    #[test]
    fn only_the_heaviest_sheet_counts_and_what_is_never_fetched_does_not() {
        let file =
            |name: &str, gzipped_bytes| FileSize { name: name.to_owned(), plain_bytes: 9, gzipped_bytes };
        let sizes = [
            file("index.html", 1),
            file("fonts/OFL.txt", 2),
            file("worker_bg.wasm", 16),
            file("sheets/en-1.html", 5),
            file("sheets/en-step-1.html", 4),
            file("sheets/en-step-2.html", 8),
            file("page_rest.wasm", 32),
        ];
        assert_eq!(first_load_bytes(&sizes), 9);
    }

    #[test]
    fn the_parts_of_the_heaviest_scenario_count_with_their_words_in_one_language() {
        let file =
            |name: &str, gzipped_bytes| FileSize { name: name.to_owned(), plain_bytes: 9, gzipped_bytes };
        let sizes = [
            file("index.html", 1),
            file("page_key_value.wasm", 8),
            file("words/en-key_value.5a.txt", 4),
            file("words/de-key_value.5b.txt", 2),
            file("page_register.wasm", 8),
            file("words/en-register.5c.txt", 3),
        ];
        assert_eq!(first_load_bytes(&sizes), 13);
        assert_eq!(heaviest_scenario(&sizes), (12, "centralized"));
    }

    /// The next number of a sequence without a pattern that a compressor could find.
    fn xorshift(number: u32) -> u32 {
        let number = number ^ (number << 13);
        let number = number ^ (number >> 17);
        number ^ (number << 5)
    }

    #[test]
    fn what_repeats_weighs_little_and_what_does_not_weighs_much() {
        let repeated = vec![b'a'; 100_000];
        let mixed: Vec<u8> = std::iter::successors(Some(1_u32), |last| Some(xorshift(*last)))
            .take(100_000)
            .map(|number| (number >> 24) as u8)
            .collect();
        assert!(gzipped_bytes(&repeated).is_ok_and(|bytes| bytes < 200));
        assert!(gzipped_bytes(&mixed).is_ok_and(|bytes| bytes > 95_000));
    }
}
