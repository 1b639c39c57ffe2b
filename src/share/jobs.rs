//! Work that the page hands to its worker: what is needed only on request, so that the page need not carry it, and what takes so
//! long that the page must not stand still for it. A job is a function from text to text.
//!
//! To add one: a line in [`JOBS`]. The page asks for it by its name (`ui/share/worker.rs`), `src/bin/worker.rs` runs it.

use super::export::Format;
use super::files::{self, Content};
use super::link;
use super::parcel::{Parcel, Source};
use super::run::Plan;
use super::{single_points, strategies, trials};

/// Something that the worker can do.
pub struct Job {
    /// Its name.
    pub name: &'static str,
    /// Does it. What is wrong is said for the reader.
    pub run: fn(&str) -> Result<String, String>,
}

/// All jobs.
pub static JOBS: &[Job] = &[
    Job { name: "open", run: open },
    Job { name: "save", run: save },
    Job { name: "shiviz", run: |link| export(Format::Shiviz, link) },
    Job { name: "mermaid", run: |link| export(Format::Mermaid, link) },
    Job { name: "jsonl", run: |link| export(Format::JsonLines, link) },
    Job { name: "dot", run: |link| export(Format::Dot, link) },
    Job { name: "csv", run: |link| export(Format::Csv, link) },
    Job { name: "csv-figures", run: |link| export(Format::CsvFigures, link) },
    Job { name: "trials", run: trials::make },
    Job { name: "single-points", run: single_points_of },
    Job { name: "strategies", run: strategies::make },
];

/// Does a job.
pub fn run(name: &str, argument: &str) -> Result<String, String> {
    let job = JOBS.iter().find(|job| job.name == name).ok_or_else(|| format!("there is no job `{name}`"))?;
    (job.run)(argument)
}

/// From a file, of a run or of a scenario alone, to a link. All of it is checked, so that a link comes out only if it opens.
fn open(text: &str) -> Result<String, String> {
    let parcel = match files::read(text)? {
        Content::Run(parcel) => parcel,
        Content::Scenario(scenario) => Parcel::begun(Source::Whole(Box::new(scenario))),
    };
    parcel.check()?;
    let link = link::write(&parcel);
    // What the page reads is the link.
    link::read(&link).map(|_| link).map_err(|what| what.to_string())
}

/// From a link to a file.
fn save(link: &str) -> Result<String, String> {
    link::read(link).map(|parcel| files::write_run(&parcel)).map_err(|what| what.to_string())
}

/// From a link to what another program reads of its run.
fn export(format: Format, link: &str) -> Result<String, String> {
    let parcel = link::read(link).map_err(|what| what.to_string())?;
    Ok(format.write(&Plan::of(&parcel)?.run()?))
}

/// From a link to the single points of failure at its moment.
fn single_points_of(link: &str) -> Result<String, String> {
    let parcel = link::read(link).map_err(|what| what.to_string())?;
    let (world, found) = single_points::find(&Plan::of(&parcel)?)?;
    Ok(single_points::to_text(world.network(), &found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_a_job_of_its_name() {
        assert!(Format::ALL.iter().all(|format| JOBS.iter().any(|job| job.name == format.name())));
    }

    #[test]
    fn files_of_both_kinds_become_links_and_links_become_files() {
        let scenario = files::built_in("partition", &[]).unwrap();
        let link = run("open", &files::write_scenario(&scenario)).unwrap();
        let file = run("save", &link).unwrap();
        assert_eq!(run("open", &file), Ok(link.clone()));
        assert!(run("dot", &link).unwrap().contains("n7"));
        assert!(run("open", &file.replacen("n2", "n99", 1)).unwrap_err().contains("n2"));
        assert!(run("save", "1/AAAA").is_err());
        assert!(run("dance", "").is_err());
    }
}
