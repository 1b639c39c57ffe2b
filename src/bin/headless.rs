//! The headless runner: the same simulator, protocols and scenarios as the page, on a command line.
//!
//! It reads arguments and files and prints; what it prints is made in [`netsplit::share`].

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::main()
}

/// The page has its own door.
#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::io::{self, BufWriter, ErrorKind, Read as _, Write};
    use std::ops::Range;
    use std::process::ExitCode;

    use lexopt::prelude::*;

    use netsplit::share::FILE_BYTES_AT_MOST;
    use netsplit::share::chaos::Chaos;
    use netsplit::share::export;
    use netsplit::share::files::{self, Content};
    use netsplit::share::link;
    use netsplit::share::parcel::Parcel;
    use netsplit::share::report::{Report, summary};
    use netsplit::share::run::Plan;
    use netsplit::share::single_points;
    use netsplit::share::strategies;
    use netsplit::share::sweep::sweep;
    use netsplit::sim::fault::FaultKind;
    use netsplit::sim::scenario::Scenario;
    use netsplit::sim::time::Time;
    use netsplit::stage::{figure, still};
    use netsplit::{faults, scenarios};

    const HELP: &str = "\
Runs Netsplit's scenarios without a page.

headless list                        the built-in scenarios
headless show SCENARIO               a scenario as JSON, which `run` accepts
headless run SCENARIO                one run
headless sweep SCENARIO --seeds A..B one run a seed, one JSON line a run
headless points SCENARIO             the single points of failure of a web service at the end of a run: in the graph, by trial
headless strategies SCENARIO         every strategy of one traitor among the generals of a run, and those that break agreement
headless literature                  published figures beside ours, measured now: assets/literature.txt

SCENARIO is the name of a built-in scenario, a JSON file (of a scenario or of a run that the page saved; `-`
is the standard input), or a link to a run (all of it, or from #/run/ on): then the very run is done again.

  --seed N            what the luck of the run grows from
  --seeds A..B        the seeds of a sweep, from A up to and not including B
  --until TIME        when a run ends, such as 30s (otherwise 30 times the scenario's pace)
  --set NAME=VALUE    sets a control or parameter; repeatable
  --do LINE           a command besides the script, such as '2s cut n1-n2'; repeatable
  --chaos N           N random commands besides, drawn from the run's seed (run, sweep)
  --faults KIND,...   which faults chaos draws from (otherwise all)
  --format FORMAT     summary (usual), json or trace; shiviz, mermaid or jsonl: the trace for other programs;
                      dot: the network as a graph; svg: the picture;
                      diagram: the run in space and time, as SVG; csv: readings over time;
                      csv-figures: the numbers of figures; figures: all figures as tables (run)
  --check             exit with 1 if an `always` property broke or an `eventually` one was not met; in a
                      sweep also if no run reached a `sometimes` one
  -h, --help          this
  -V, --version       the version

Exit status: 0; 1 if --check found something; 2 for wrong input.
";

    /// Why the runner ends early.
    enum Stop {
        /// The input is wrong: one sentence that names the place.
        Wrong(String),
        /// Nobody reads the output any more.
        Unheard,
    }

    type Outcome<T> = Result<T, Stop>;

    pub fn main() -> ExitCode {
        let mut out = BufWriter::new(io::stdout());
        let done = Arguments::read(lexopt::Parser::from_env()).and_then(|arguments| arguments.act(&mut out));
        let done = done.and_then(|good| out.flush().map_err(unheard).map(|()| good));
        match done {
            Ok(true) | Err(Stop::Unheard) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(Stop::Wrong(what)) => {
                // If not even this can be said, the exit status still tells.
                let _ = writeln!(io::stderr(), "headless: {}", on_one_line(&what));
                ExitCode::from(2)
            }
        }
    }

    /// The command line, read but not yet acted upon.
    #[derive(Default)]
    struct Arguments {
        help: bool,
        version: bool,
        /// What is to be done, and to which scenario.
        words: Vec<String>,
        seed: Option<u64>,
        seeds: Option<Range<u64>>,
        until: Option<Time>,
        values: Vec<(String, String)>,
        lines: Vec<String>,
        chaos: Option<usize>,
        kinds: Option<Vec<&'static FaultKind>>,
        format: Option<Format>,
        check: bool,
        /// Options as they were given, to refuse those that a verb has no use for.
        given: Vec<&'static str>,
    }

    #[derive(Clone, Copy)]
    enum Format {
        Summary,
        Json,
        Trace,
        Svg,
        Diagram,
        Figures,
        Export(export::Format),
    }

    /// What a word on the command line names.
    enum Named {
        Scenario(Scenario),
        Run(Parcel),
    }

    impl Arguments {
        fn read(mut parser: lexopt::Parser) -> Outcome<Arguments> {
            let mut arguments = Arguments::default();
            while let Some(argument) = parser.next().map_err(wrong)? {
                match argument {
                    Short('h') | Long("help") => arguments.help = true,
                    Short('V') | Long("version") => arguments.version = true,
                    Value(word) => arguments.words.push(text(word)?),
                    Long("check") => arguments.note("--check").check = true,
                    Long(name) => {
                        let Some(option) =
                            OPTIONS.iter().find(|option| option.strip_prefix("--") == Some(name))
                        else {
                            return Err(Stop::Wrong(format!("there is no option --{name}; see --help")));
                        };
                        let given = text(parser.value().map_err(wrong)?)?;
                        arguments
                            .note(option)
                            .set(option, &given)
                            .map_err(|what| Stop::Wrong(format!("{option} {given}: {what}")))?;
                    }
                    Short(letter) => {
                        return Err(Stop::Wrong(format!("there is no option -{letter}; see --help")));
                    }
                }
            }
            Ok(arguments)
        }

        fn note(&mut self, option: &'static str) -> &mut Arguments {
            self.given.push(option);
            self
        }

        fn set(&mut self, option: &str, given: &str) -> Result<(), String> {
            match option {
                "--seed" => self.seed = Some(number(given)?),
                "--seeds" => self.seeds = Some(seeds(given)?),
                "--until" => {
                    self.until = Some(Time::parse(given).ok_or("not a time such as 30s or 250ms")?);
                }
                "--set" => {
                    let (name, value) = given.split_once('=').ok_or("here belongs NAME=VALUE")?;
                    self.values.push((name.to_owned(), value.to_owned()));
                }
                "--do" => self.lines.push(given.to_owned()),
                "--chaos" => self.chaos = Some(chaos(given)?),
                "--faults" => self.kinds = Some(given.split(',').map(kind).collect::<Result<_, _>>()?),
                _ => self.format = Some(format(given)?),
            }
            Ok(())
        }

        /// Does what was asked for; false if a check failed.
        fn act(self, out: &mut impl Write) -> Outcome<bool> {
            if self.help {
                return say(out, HELP);
            }
            if self.version {
                return say(out, concat!("netsplit ", env!("CARGO_PKG_VERSION"), "\n"));
            }
            let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
            match words[..] {
                ["list"] => {
                    self.only("list", &[])?;
                    list(out)
                }
                ["show", scenario] => {
                    self.only("show", &["--seed", "--set"])?;
                    say(out, &files::write_scenario(&self.plan(scenario)?.scenario))
                }
                ["run", scenario] => {
                    let useful =
                        ["--seed", "--until", "--set", "--do", "--chaos", "--faults", "--format", "--check"];
                    self.only("run", &useful)?;
                    self.run(scenario, out)
                }
                ["sweep", scenario] => {
                    let useful = ["--seeds", "--until", "--set", "--do", "--chaos", "--faults", "--check"];
                    self.only("sweep", &useful)?;
                    self.sweep(scenario, out)
                }
                ["points", scenario] => {
                    self.only("points", &["--seed", "--until", "--set", "--do"])?;
                    let (world, found) = single_points::find(&self.plan(scenario)?).map_err(Stop::Wrong)?;
                    say(out, &single_points::to_text(world.network(), &found))
                }
                ["strategies", scenario] => {
                    self.only("strategies", &["--seed", "--until", "--set", "--do"])?;
                    let tried =
                        strategies::find(&self.plan(scenario)?, 0, usize::MAX).map_err(Stop::Wrong)?;
                    say(out, &tried.to_text())
                }
                ["literature"] => {
                    self.only("literature", &[])?;
                    say(out, &netsplit::literature::table(&netsplit::literature::measured()))?;
                    Ok(true)
                }
                [] => Err(Stop::Wrong(
                    "here belongs list, show, run, sweep, points, strategies or literature; see --help"
                        .to_owned(),
                )),
                ["show" | "run" | "sweep" | "points" | "strategies"] => {
                    Err(Stop::Wrong(format!("{}: here belongs a scenario; see `headless list`", words[0])))
                }
                ["list" | "show" | "run" | "sweep" | "points" | "strategies" | "literature", .., last] => {
                    Err(Stop::Wrong(format!("{}: `{last}` is one word too many", words[0])))
                }
                [verb, ..] => Err(Stop::Wrong(format!(
                    "there is no `{verb}`; there are list, show, run, sweep, points, strategies, literature"
                ))),
            }
        }

        fn only(&self, verb: &str, useful: &[&str]) -> Outcome<()> {
            match self.given.iter().find(|option| !useful.contains(option)) {
                Some(option) => Err(Stop::Wrong(format!("{option} is of no use to `{verb}`"))),
                None => Ok(()),
            }
        }

        fn run(&self, name: &str, out: &mut impl Write) -> Outcome<bool> {
            let plan = self.plan(name)?;
            let run = plan.run().map_err(Stop::Wrong)?;
            match self.format.unwrap_or(Format::Summary) {
                Format::Summary => say(out, &summary(&run))?,
                Format::Json => say(out, &(Report::of(&run).to_json_pretty() + "\n"))?,
                Format::Svg => say(out, &still::of_run(&plan, &run).map_err(Stop::Wrong)?)?,
                Format::Diagram => say(out, &still::diagram_of_run(&plan, &run).map_err(Stop::Wrong)?)?,
                Format::Figures => say(out, &figure::text(&run.world))?,
                Format::Export(format) => say(out, &format.write(&run))?,
                Format::Trace => {
                    run.trace_lines().try_for_each(|line| writeln!(out, "{line}")).map_err(unheard)?;
                    true
                }
            };
            Ok(!self.check || run.is_good())
        }

        fn sweep(&self, name: &str, out: &mut impl Write) -> Outcome<bool> {
            let Some(seeds) = self.seeds.clone() else {
                return Err(Stop::Wrong("sweep: here belongs --seeds A..B".to_owned()));
            };
            let mut written = Ok(());
            let findings = sweep(&self.plan(name)?, seeds, |line| {
                written = writeln!(out, "{line}").and_then(|()| out.flush());
                written.is_ok()
            });
            written.map_err(unheard)?;
            let findings = findings.map_err(Stop::Wrong)?;
            if self.check && !findings.is_good() {
                // The runs are on the standard output; what they add up to is for the person who watches.
                let _ = writeln!(
                    io::stderr(),
                    "headless: {} runs broke a property (seeds {}); no run reached: {}",
                    findings.bad_seeds.len(),
                    few(&findings.bad_seeds),
                    few(&findings.never_reached)
                );
            }
            Ok(!self.check || findings.is_good())
        }

        fn plan(&self, name: &str) -> Outcome<Plan> {
            let mut plan = match self.named(name)? {
                Named::Scenario(scenario) => Plan::new(scenario),
                Named::Run(parcel) => {
                    let plan = Plan::of(&parcel).and_then(|plan| plan.checked());
                    plan.map_err(|what| Stop::Wrong(format!("{}: {what}", shortened(name))))?
                }
            };
            plan.scenario.seed = self.seed.unwrap_or(plan.scenario.seed);
            if let Some(until) = self.until {
                (plan.until, plan.within) = (until, None);
            }
            plan.lines.extend_from_slice(&self.lines);
            if self.kinds.is_some() && self.chaos.is_none() {
                return Err(Stop::Wrong("--faults is of no use without --chaos".to_owned()));
            }
            let kinds = self.kinds.clone().unwrap_or_else(|| faults::ALL.to_vec());
            plan.chaos = self.chaos.map(|commands| Chaos { commands, kinds });
            Ok(plan)
        }

        /// The scenario of this name or in this file with the values that were given, or the run that a link or a file holds.
        fn named(&self, name: &str) -> Outcome<Named> {
            let is_file = name == "-" || name.contains(['/', '\\', '.']);
            let found = if let Some(link) = link::find(name) {
                link::read(link).map_err(|what| what.to_string()).and_then(|parcel| self.as_it_is(parcel))
            } else if is_file && scenarios::find(name).is_none() {
                read_file(name).and_then(|text| files::read(&text)).and_then(|content| match content {
                    Content::Scenario(scenario) => {
                        files::prepare(scenario, &self.values).map(Named::Scenario)
                    }
                    Content::Run(parcel) => self.as_it_is(parcel),
                })
            } else {
                return files::built_in(name, &self.values).map(Named::Scenario).map_err(Stop::Wrong);
            };
            found.map_err(|what| Stop::Wrong(format!("{}: {what}", shortened(name))))
        }

        fn as_it_is(&self, parcel: Parcel) -> Result<Named, String> {
            match self.values.is_empty() {
                true => Ok(Named::Run(parcel)),
                false => Err("a run has its settings: --set is of no use to it".to_owned()),
            }
        }
    }

    /// A name as a message can hold it: links are long.
    fn shortened(name: &str) -> String {
        let start: String = name.chars().take(60).collect();
        if start.len() < name.len() { start + "..." } else { start }
    }

    /// Options that take a value.
    const OPTIONS: [&str; 8] =
        ["--seed", "--seeds", "--until", "--set", "--do", "--chaos", "--faults", "--format"];

    fn number<N: std::str::FromStr>(given: &str) -> Result<N, String> {
        given.parse().map_err(|_| "not a whole number in range".to_owned())
    }

    /// More commands than any run has use for would only fill the memory.
    fn chaos(given: &str) -> Result<usize, String> {
        let most = 1_000_000;
        number(given).and_then(|n| if n <= most { Ok(n) } else { Err(format!("more than {most}")) })
    }

    fn seeds(given: &str) -> Result<Range<u64>, String> {
        let (first, end) = given.split_once("..").ok_or("not a range such as 0..100")?;
        let seeds = number(first)?..number(end)?;
        if seeds.is_empty() {
            Err("no seed lies in this range; its end is exclusive".to_owned())
        } else {
            Ok(seeds)
        }
    }

    fn kind(name: &str) -> Result<&'static FaultKind, String> {
        faults::ALL.iter().copied().find(|kind| kind.name == name).ok_or_else(|| {
            let known: Vec<_> = faults::ALL.iter().map(|kind| kind.name).collect();
            format!("there is no fault `{name}`; there are: {}", known.join(", "))
        })
    }

    fn format(given: &str) -> Result<Format, String> {
        match given {
            "summary" => Ok(Format::Summary),
            "json" => Ok(Format::Json),
            "trace" => Ok(Format::Trace),
            "svg" => Ok(Format::Svg),
            "diagram" => Ok(Format::Diagram),
            "figures" => Ok(Format::Figures),
            _ => export::Format::named(given).map(Format::Export).ok_or_else(|| {
                "not one of summary, json, trace, shiviz, mermaid, jsonl, dot, svg, diagram, csv, csv-figures, figures"
                    .to_owned()
            }),
        }
    }

    fn list(out: &mut impl Write) -> Outcome<bool> {
        for entry in scenarios::ALL {
            say(out, &format!("{:<16}  {}\n", entry.name, entry.summary.text()))?;
            for parameter in (entry.parameters)() {
                let (name, kind, usual) = (parameter.name, parameter.kind, parameter.default);
                say(out, &format!("{:<16}  --set {name}={usual}  {kind}\n", ""))?;
            }
        }
        Ok(true)
    }

    /// Reads a file, or the standard input, but no more than a scenario may be long.
    fn read_file(name: &str) -> Result<String, String> {
        let mut bytes = Vec::new();
        let most = FILE_BYTES_AT_MOST as u64 + 1;
        let read = if name == "-" {
            io::stdin().take(most).read_to_end(&mut bytes)
        } else {
            std::fs::File::open(name).and_then(|file| file.take(most).read_to_end(&mut bytes))
        };
        read.map_err(|error| error.to_string())?;
        if bytes.len() > FILE_BYTES_AT_MOST {
            return Err(files::too_long());
        }
        String::from_utf8(bytes)
            .map_err(|error| format!("byte {}: not UTF-8", error.utf8_error().valid_up_to()))
    }

    fn say(out: &mut impl Write, text: &str) -> Outcome<bool> {
        out.write_all(text.as_bytes()).map_err(unheard)?;
        Ok(true)
    }

    /// A reader that went away, as `head` does, is no mistake of anyone's.
    fn unheard(error: io::Error) -> Stop {
        match error.kind() {
            ErrorKind::BrokenPipe => Stop::Unheard,
            _ => Stop::Wrong(format!("cannot write: {error}")),
        }
    }

    fn wrong(error: lexopt::Error) -> Stop {
        Stop::Wrong(error.to_string())
    }

    fn text(word: std::ffi::OsString) -> Outcome<String> {
        word.into_string().map_err(|word| Stop::Wrong(format!("`{}` is not UTF-8", word.display())))
    }

    /// Input may hold line breaks; a message is one line.
    fn on_one_line(text: &str) -> String {
        text.chars()
            .flat_map(|c| {
                let (plain, escaped) =
                    if c.is_control() { (None, Some(c.escape_default())) } else { (Some(c), None) };
                plain.into_iter().chain(escaped.into_iter().flatten())
            })
            .collect()
    }

    fn few(items: &[impl ToString]) -> String {
        let mut shown: Vec<_> = items.iter().take(10).map(ToString::to_string).collect();
        match items.len() {
            0 => shown.push("none".to_owned()),
            11.. => shown.push("...".to_owned()),
            _ => {}
        }
        shown.join(", ")
    }
}
