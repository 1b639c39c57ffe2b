//! Every kind of fault is found, on its line. Each case changes one thing in a documented example.

mod common;

use common::{GLOSSARY, LESSON, WORDS, files, glossary, lesson, line_of, words};

/// A change: this text becomes that one; then the fault is on the line where `at` stands and says `message`.
struct Case {
    from: &'static str,
    to: &'static str,
    at: &'static str,
    message: &'static str,
}

/// A case whose fault is on the first changed line.
const fn case(from: &'static str, to: &'static str, message: &'static str) -> Case {
    Case { from, to, at: to, message }
}

/// A case whose fault is reported on another line.
const fn at(at: &'static str, from: &'static str, to: &'static str, message: &'static str) -> Case {
    Case { from, to, at, message }
}

fn faults(changes: &[(&str, &str)]) -> Vec<String> {
    match prose::build(&files(changes)) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

/// Asserts that each case gives its one fault and no other.
fn assert_faults(file: &str, good: &str, cases: &[Case]) {
    for case in cases {
        let found = faults_of(file, good, case);
        assert_eq!(found.len(), 1, "{:?} -> {:?} found {found:#?}", case.from, case.to);
    }
}

/// Asserts that each case gives its fault, for cases that are wrong in more than one way.
fn assert_among_faults(file: &str, good: &str, cases: &[Case]) {
    for case in cases {
        let found = faults_of(file, good, case);
        assert!(found.len() > 1, "{:?} -> {:?} found only {found:#?}", case.from, case.to);
    }
}

/// All faults of a case, its own being among them.
fn faults_of(file: &str, good: &str, Case { from, to, at, message }: &Case) -> Vec<String> {
    assert!(good.contains(from), "the example no longer has {from:?}");
    let bad = good.replacen(from, to, 1);
    let start = format!("{file}:{}: ", line_of(at, &bad));
    let found = faults(&[(file, &bad)]);
    let hit = found.iter().any(|fault| fault.starts_with(&start) && fault.contains(message));
    assert!(hit, "{from:?} -> {to:?}\nexpected {start}…{message}\nfound {found:#?}");
    found
}

#[test]
fn in_front_matter() {
    let cases = [
        at(
            "colour",
            "open: yes",
            "open: yes\ncolour: red",
            "unknown key `colour`; the keys here are title, summary",
        ),
        at("open: no", "open: yes", "open: yes\nopen: no", "`open` is given twice"),
        at("---", "title: The many types of failure\n", "", "`title: …` is missing"),
        at("just words", "open: yes", "open: yes\njust words", "expected `key: value`"),
        case("open: yes", "open: maybe", "`open` is `yes` or `no`"),
        case("video: https", "video: http", "must begin with `https://`"),
        case("---\ntitle", "--\ntitle", "must begin with `key: value` lines between"),
    ];
    assert_faults(LESSON, &lesson(), &cases);
}

#[test]
fn in_what_a_lesson_holds() {
    let cases = [
        at("---", "## What this model leaves out\n\n", "", "says `## What this model leaves out`"),
        at(
            "---",
            "## What this",
            "## What it will hold\n\n- x\n\n## What this",
            "is for a lesson with `open: no`",
        ),
        at("## What this", "Real links", "## What this model leaves out\n\nReal links", "is empty: write it"),
    ];
    assert_faults(LESSON, &lesson(), &cases);
    assert_among_faults(
        LESSON,
        &lesson(),
        &[at("---", "open: yes", "open: no", "has only `## What it will hold`")],
    );
    let planned = "---\ntitle: T\nsummary: S\nopen: no\n---\n## What it will hold\n- a\n";
    let cases = [
        at("---", "## What it will hold\n- a\n", "", "says `## What it will hold`, as a list"),
        at("## What it", "- a", "a", "is a list: begin each line with `- `"),
        at("## What it will hold\n- b", "- a", "- a\n## What it will hold\n- b", "twice: keep one"),
    ];
    assert_faults("assets/lessons/en/2-later.md", planned, &cases);
}

#[test]
fn in_headings() {
    let cases = [
        at("Hello", "## One network", "Hello\n\n## One network", "text before the first heading"),
        case(
            "## One network becomes two {#two-islands}",
            "## One network becomes two {#Two}",
            "`Two` is no name",
        ),
        case(
            "## What this",
            "## Again {#two-islands}\nstart: continue\n\nText.\n\n## What this",
            "another step is named",
        ),
        case(
            "## What this",
            "## Nameless\n\nText.\n\n## What this",
            "a step needs a name: `## Nameless {#slug}`",
        ),
    ];
    assert_faults(LESSON, &lesson(), &cases);
}

#[test]
fn in_the_keys_of_a_step() {
    let cases = [
        case("tool: break", "tol: break", "unknown key `tol`"),
        case("tool: break", "challenge: no", "`challenge` is `yes` or left out"),
        case("tool: break", "tool: hammer", "`tool` is `break` or `look`"),
        case("start: fresh", "start: later", "`start` is `fresh` or `continue`"),
        at("tool: look", "tool: break", "tool: break\ntool: look", "`tool` is given twice"),
        at("## One network", "scenario: partition\n", "", "`scenario: …` is missing"),
        case("scenario: partition", "scenario: the partition", "`the partition` is no name here"),
        case("pause-on: first-loss", "pause-on: First", "`First` is no name here"),
        case("set: mode=available", "set: mode", "`set` is a list of `name=value`"),
        case("controls: mode, members", "controls: mode,, members", "`controls` is a list of names"),
        case("members=7", "mode=7", "`mode` is set twice"),
        case("request: c1 \"put x=2\" |", "request: c1 put x=2 |", "a request is `node \"text\" |"),
        case("request: c1 \"put x=2\" | Write x = 2", "request: c1 \"put x=2\"", "a request is"),
    ];
    assert_faults(LESSON, &lesson(), &cases);
    let text = at("Seven members", "\nSeven members", "Seven members", "text begins after an empty line");
    assert_among_faults(LESSON, &lesson(), &[text]);
}

#[test]
fn in_a_step_that_continues() {
    let step =
        |keys: &str| lesson().replace("## What this", &format!("## B {{#b}}\n{keys}\n\nB.\n\n## What this"));
    let text = step("start: continue\nscenario: partition");
    let found = faults(&[(LESSON, &text)]);
    let line =
        text.lines().count() - text.lines().rev().position(|line| line == "scenario: partition").unwrap_or(0);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with(&format!("{LESSON}:{line}: with `start: continue` this is taken")),
        "{found:#?}"
    );
    let first = lesson().replace("start: fresh", "start: continue").replace("scenario: partition\n", "");
    let found = faults(&[(LESSON, &first.replace("set: mode=available, members=7\n", ""))]);
    assert!(found.len() == 1 && found[0].contains("the first step has nothing to continue"), "{found:#?}");
}

#[test]
fn in_directives() {
    let goal = ":::goal two-islands\nCut links until the network falls into two islands.\n:::";
    let cases = [
        case(":::explain", ":::explian", "unknown directive `:::explian`"),
        case(":::explain", ":::explain why", "`:::explain` takes no name"),
        case(":::goal two-islands", ":::goal", "`` is no name here"),
        case(goal, ":::note\n:::", "`:::note` is empty"),
        at(
            ":::explain",
            "makes a partition harder than a crash.\n:::",
            "ends here.",
            "`:::explain` is never closed",
        ),
        case("## What this", ":::\nStray.\n\n## What this", "`:::` closes nothing"),
        at(":::note", goal, ":::note\nA.\n:::explain\nB.\n:::", "`:::note` is never closed"),
        at(
            "Cut links",
            "two islands.\n:::",
            "two islands.\n\nThen heal them.\n:::",
            "only one plain sentence",
        ),
        at("- Cut", "Cut links until", "- Cut links until", "only one plain sentence"),
    ];
    assert_faults(LESSON, &lesson(), &cases);
}

#[test]
fn in_questions() {
    let cases = [
        at(":::predict", "- [x] They", "- [ ] They", "no answer is right"),
        at(":::predict", "What do the members of the smaller island do?\n", "", "the question is missing"),
        at(
            "- [x]",
            "  They cannot tell an unreachable member from a crashed one.\n",
            "",
            "lacks its explanation",
        ),
        case("  They cannot tell", "They cannot tell", "indent the explanation"),
        case("They stop.", "They [stop](glossary:island).", "no link inside an answer"),
    ];
    assert_faults(LESSON, &lesson(), &cases);
    let from = lesson().find("- [ ] They stop").expect("the first answer");
    let to = lesson().find("- [x] They go").expect("the second answer");
    let single = lesson()[..from].to_owned() + &lesson()[to..];
    let found = faults(&[(LESSON, &single)]);
    let start = format!("{LESSON}:{}: a question has two or more answers", line_of(":::predict", &single));
    assert!(found.len() == 1 && found[0].starts_with(&start), "{found:#?}");
}

#[test]
fn in_markdown() {
    let cases = [
        case("Seven members", "Seven <b members=\"7\">members", "raw HTML is refused"),
        case("Both sides", "<div>\n\nBoth sides", "raw HTML is refused"),
        case("Both sides", "### Both sides", "no headings inside a text"),
        case("Both sides", "![Both](x.png) sides", "no images"),
        case("glossary:island", "glossary:iland", "no entry `iland` in the glossary: add `## … {#iland}`"),
        case(
            "[island](glossary:island)",
            "[island](glossary:island) [x](http://example.org)",
            "must begin with `glossary:`",
        ),
        case("Both sides", "[Both](javascript:alert) sides", "must begin with `glossary:`"),
        case("Both sides", "[Both](#/lesson/2) sides", "`#/lesson/2` leads nowhere"),
        case("Both sides", "[Both](#/lesson/1/step/2) sides", "leads nowhere"),
    ];
    assert_faults(LESSON, &lesson(), &cases);
}

#[test]
fn on_the_exact_line_of_a_paragraph() {
    let text = lesson().replace("Both sides kept running.", "One.\nTwo.\n\nThree.\n[Four](glossary:four).");
    let found = faults(&[(LESSON, &text)]);
    assert!(found.len() == 1, "{found:#?}");
    assert!(
        found[0].starts_with(&format!("{LESSON}:{}: no entry `four`", line_of("[Four]", &text))),
        "{found:#?}"
    );
}

#[test]
fn in_the_length_of_a_step() {
    let opening = |words: usize| {
        let from = lesson().find("Seven members").expect("the text");
        let to = lesson().find(":::predict").expect("the question");
        let text = format!("[island](glossary:island){}\n\n", " word".repeat(words - 1));
        lesson()[..from].to_owned() + &text + &lesson()[to..]
    };
    assert_eq!(faults(&[(LESSON, &opening(80))]), [] as [&str; 0]);
    let long = opening(81);
    let found = faults(&[(LESSON, &long)]);
    let start = format!("{LESSON}:{}: 81 words before the first question", line_of("## One", &long));
    assert!(found.len() == 1 && found[0].starts_with(&start), "{found:#?}");
    let noted = opening(80).replace(":::predict", ":::note\nMore.\n:::\n\n:::predict");
    assert!(faults(&[(LESSON, &noted)])[0].contains("81 words"));
    let from = lesson().find("Seven members").expect("the text");
    let to = lesson().find("## What this").expect("the end");
    let empty = lesson()[..from].to_owned() + &lesson()[to..];
    assert!(faults(&[(LESSON, &empty)])[0].contains("the step says nothing"));
}

#[test]
fn in_the_order_of_lessons() {
    let third = ("assets/lessons/en/3-more.md", lesson());
    let found = faults(&[(third.0, &third.1)]);
    assert_eq!(found, [format!("{}:1: lesson 2 is missing: lessons count from 1 without a gap", third.0)]);
    let found = faults(&[("assets/lessons/en/1-more.md", &lesson())]);
    assert!(found.len() == 1 && found[0].contains("there are two lessons 1"), "{found:#?}");
    let found = faults(&[("assets/lessons/en/2-failures.md", &lesson())]);
    let message = "assets/lessons/en/2-failures.md:1: another lesson is named `failures` too";
    assert!(found.len() == 1 && found[0].starts_with(message), "{found:#?}");
}

#[test]
fn in_the_names_of_files() {
    for (name, message) in [
        ("assets/lessons/en/more.md", "a lesson's file is named"),
        ("assets/lessons/en/2-More.md", "a lesson's file is named"),
        ("assets/lessons/2-more.md", "neither words"),
        ("assets/words/en.md", "neither words"),
    ] {
        let found = faults(&[(name, &lesson())]);
        assert!(found.len() == 1 && found[0].starts_with(&format!("{name}:1: {message}")), "{found:#?}");
    }
    let none = prose::build(&[]).expect_err("nothing is there");
    assert_eq!(none.len(), 2, "{none:?}");
}

#[test]
fn in_the_glossary() {
    let more = |entry: &str| glossary() + "\n" + entry;
    for (entry, at, message) in [
        ("## Island again {#island}\n\nMore.\n", "## Island again", "`island` is already defined in line 1"),
        ("## Nameless\n\nMore.\n", "## Nameless", "the entry needs a name"),
        ("## Big {#Big}\n\nMore.\n", "## Big", "`Big` is no name here"),
        ("## Empty {#empty}\n", "## Empty", "the entry says nothing"),
        ("[x](glossary:none)\n", "[x]", "no entry `none`"),
    ] {
        let text = more(entry);
        let found = faults(&[(GLOSSARY, &text)]);
        let start = format!("{GLOSSARY}:{}: {message}", line_of(at, &text));
        assert!(found.len() == 1 && found[0].starts_with(&start), "{entry}: {found:#?}");
    }
    let found = faults(&[(GLOSSARY, &("Hello.\n".to_owned() + &glossary()))]);
    assert!(found.len() == 1 && found[0].contains(":1: text before the first heading"), "{found:#?}");
}

#[test]
fn in_words() {
    let cases = [
        case("time.play = Play", "time.play: Play", "expected `key = text`"),
        case("time.play = Play", "time.play = ", "expected `key = text`"),
        case("time.play", "play", "`play` is no key"),
        case("time.play", "Time.play", "`Time.play` is no key"),
        at("time.play = Go", "lost.cut", "time.play = Go\nlost.cut", "`time.play` is given twice"),
        case("{link}", "{link", "braces come in pairs"),
        case("{link}", "link}", "braces come in pairs"),
        case("{link}", "{Link}", "`{Link}` is no placeholder"),
        case("{link}", "{}", "`{}` is no placeholder"),
        at("packets.count[one]", "packets.count[other] = {n} packets\n", "", "needs both"),
        at("packets.count[one]", "{n} packets", "packets", "must say `{n}`"),
        case("packets.count[one]", "packets.count = p\npackets.count[one]", "with and without forms"),
    ];
    assert_faults(WORDS, &words(), &cases);
    let found = faults(&[("assets/words/en/register.txt", "time.play = Go\n")]);
    assert!(found.len() == 1 && found[0].contains("`time.play` is given twice"), "{found:#?}");
    let few = at("packets.count[few]", "packets.count[one]", "packets.count[few]", "unknown form `[few]`");
    assert_among_faults(WORDS, &words(), &[few]);
}

#[test]
fn between_languages() {
    const GERMAN: &str = "assets/words/de.txt";
    let with_german = |text: &str| {
        faults(&[
            (GERMAN, text),
            ("assets/lessons/de/1-failures.md", &lesson()),
            ("assets/lessons/de/glossary.md", &glossary()),
        ])
    };
    assert_eq!(with_german(&words()), [] as [&str; 0]);
    for (from, to, line, message) in [
        ("time.play = Play\n", "", 1, "`time.play` is missing: translate line 2 of assets/words/en.txt"),
        ("time.play", "time.go = x\ntime.play", 2, "English has no `time.go`"),
        ("{link}", "{node}", 3, "the placeholders of `lost.cut` differ from English, which has {link}"),
    ] {
        let found = with_german(&words().replace(from, to));
        let start = format!("{GERMAN}:{line}: {message}");
        assert!(found.len() == 1 && found[0].starts_with(&start), "expected {start}, found {found:#?}");
    }
    const PART: &str = "assets/words/de/register.txt";
    let found = faults(&[
        (GERMAN, &words().replace("time.play = Play\n", "")),
        (PART, "time.play = Los\n"),
        ("assets/lessons/de/1-failures.md", &lesson()),
        ("assets/lessons/de/glossary.md", &glossary()),
    ]);
    let start = format!("{PART}:1: `time.play` is in the wrong file: English has it in {WORDS}");
    assert!(found.len() == 1 && found[0].starts_with(&start), "{found:#?}");
    let found = faults(&[(GERMAN, &words())]);
    assert!(found.len() == 1 && found[0].starts_with("assets/lessons/de:1: no lesson"), "{found:#?}");
    let found = faults(&[
        ("assets/lessons/de/1-failures.md", &lesson()),
        ("assets/lessons/de/glossary.md", &glossary()),
    ]);
    assert!(found.iter().all(|fault| fault.starts_with(&format!("{GERMAN}:1: "))), "{found:#?}");
}

#[test]
fn in_the_page_of_literature() {
    const PAGE: &str = "assets/lessons/en/literature.md";
    const FIGURES: &str = "assets/literature.txt";
    let page = "---\ncolumns: a | b | c | d | e | f\n---\n\n## One {#one}\n\nText.\n\nrow: x | What & why | Who 1984\n";
    let figures = "# name | …\nx | 1.50 | 1.49 | 0.02 | 1000\n";
    let built = prose::build(&files(&[(PAGE, page), (FIGURES, figures)])).expect("no fault");
    let row = "What &amp; why</th><td>1.50</td><td>1.49</td><td>± 0.02</td><td>1000</td>";
    assert_eq!(built.sheets.iter().filter(|sheet| sheet.content.contains(row)).count(), 1);
    for (bad_page, bad_figures, expected) in [
        (page.replace("| e ", ""), figures.to_owned(), format!("{PAGE}:1: `columns` are 6 headings")),
        (page.replace("row: x", "row: y"), figures.to_owned(), format!("{FIGURES}:2: no `row: x |")),
        (page.replace(" | Who 1984", ""), figures.to_owned(), format!("{PAGE}:9: a row is")),
        (page.to_owned(), figures.replace("x |", "z |"), format!("{PAGE}:9: no figures for `x`")),
        (page.to_owned(), figures.replace(" | 1000", ""), format!("{FIGURES}:2: expected `name |")),
    ] {
        let found = faults(&[(PAGE, &bad_page), (FIGURES, &bad_figures)]);
        assert!(
            found.iter().any(|fault| fault.starts_with(&expected)),
            "expected {expected}, found {found:#?}"
        );
    }
}

#[test]
fn are_reported_all_at_once_in_order() {
    let lesson = lesson().replace("tool: break", "tol: break").replace("glossary:island", "glossary:none");
    let found = faults(&[(LESSON, &lesson), (WORDS, "play = Play\ntime.play\n")]);
    let lines = ["tol: break", "[island]"].map(|part| format!("{LESSON}:{}", line_of(part, &lesson)));
    let expected = [lines[0].clone(), lines[1].clone(), format!("{WORDS}:1"), format!("{WORDS}:2")];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    assert!(
        found.iter().zip(expected).all(|(fault, start)| fault.starts_with(&(start + ": "))),
        "{found:#?}"
    );
}
