//! Numbers for a spreadsheet, as comma-separated values (RFC 4180): what was read off a run over time, one row a moment; and what its
//! figures show at its end, one row a number. All numbers are exact.

use std::fmt::Write as _;

use crate::share::run::Run;
use crate::sim::figure::Drawing;

/// Ends a row.
const END: &str = "\r\n";

/// The readings: a column each, after the moment in seconds. The moments lie evenly, at most
/// [`SHOWN_AT_MOST`](crate::sim::samples::SHOWN_AT_MOST) of them.
pub fn readings(run: &Run) -> String {
    let mut table = String::from("time_s");
    for reading in &run.world.network().readings {
        table.push(',');
        table += &field(reading.name);
    }
    table += END;
    for index in run.samples.evenly(run.until) {
        let micros = run.samples.moment(index).as_micros();
        // Writing to a string does not fail.
        let _ = write!(table, "{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        for value in run.samples.row(index) {
            table.push(',');
            table += &value.map(number).unwrap_or_default();
        }
        table += END;
    }
    table
}

/// The plots and bars as they are at the end of the run: whose number it is, what is across if there is anything, and the number.
pub fn figures(run: &Run) -> String {
    let mut table = format!("figure,series,across,number{END}");
    let mut row = |figure: &str, series: &str, across: String, up: f64| {
        let _ = write!(table, "{},{},{across},{}{END}", field(figure), field(series), number(up));
    };
    for figure in run.world.network().figures() {
        match (figure.draw)(&run.world) {
            Some(Drawing::Plot(plot)) => {
                for series in &plot.series {
                    let title = series.title.text();
                    series
                        .points
                        .iter()
                        .for_each(|(across, up)| row(figure.name, title, number(*across), *up));
                }
            }
            Some(Drawing::Bars(bars)) => {
                bars.bars.iter().for_each(|bar| row(figure.name, &bar.label, String::new(), bar.amount));
            }
            Some(Drawing::Ring(_) | Drawing::Tree(_)) | None => {}
        }
    }
    table
}

/// A number as short as it can be read back exactly; nothing for one that is none.
fn number(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

/// A text in quotes if it needs them.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::files::built_in;
    use crate::share::run::Plan;
    use crate::sim::time::Time;

    fn run(until: &str) -> Run {
        let lines = ["1s request n3 \"write x=4\"".to_owned(), "2s cut n2-n4".to_owned()].into();
        let plan = Plan::new(built_in("partition", &[]).unwrap());
        Plan { until: Time::parse(until).unwrap(), lines, ..plan }.run().unwrap()
    }

    #[test]
    fn every_row_has_a_cell_for_every_reading_and_moments_lie_evenly() {
        let run = run("10s");
        let table = readings(&run);
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
        let columns = run.world.network().readings.len() + 1;
        assert!(rows.iter().all(|row| row.len() == columns) && columns > 1);
        let times: Vec<f64> = rows[1..].iter().map(|row| row[0].parse().unwrap()).collect();
        assert!((100..=512).contains(&times.len()) && times[0] == 0.0, "{}", times.len());
        assert!(times.windows(3).all(|t| ((t[2] - t[1]) - (t[1] - t[0])).abs() < 1e-9));
        let last: Vec<_> =
            run.world.network().readings.iter().map(|reading| (reading.read)(&run.world)).collect();
        let told: Vec<_> = rows[rows.len() - 1][1..].iter().map(|cell| cell.parse().ok()).collect();
        assert_eq!(told, last);
    }

    #[test]
    fn figures_are_told_number_by_number() {
        let table = figures(&run("3s"));
        assert!(table.starts_with("figure,series,across,number\r\n"));
        assert_eq!(table.lines().filter(|line| line.starts_with("copies,")).count(), 7, "{table}");
        assert!(table.contains("copies,n3: x = 4,,1\r\n"), "{table}");
    }

    #[test]
    fn texts_that_mean_something_are_quoted() {
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!((number(0.1 + 0.2), number(f64::NAN)), ("0.30000000000000004".to_owned(), String::new()));
    }
}
