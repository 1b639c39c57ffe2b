//! The examples in the crate's documentation are what the other tests start from; here they must pass as they stand.

mod common;

use common::{GLOSSARY, LESSON, files, glossary, lesson, words};

fn built() -> prose::Built {
    prose::build(&files(&[])).expect("the documented examples have no fault")
}

/// Asserts that the generated source holds each of these parts.
fn assert_holds(source: &str, parts: &[&str]) {
    for part in parts {
        assert!(source.contains(part), "missing: {part}\nin: {source}");
    }
}

#[test]
fn examples_build_without_warnings() {
    assert_eq!(built().warnings, []);
}

#[test]
fn front_matter_and_file_name_say_what_lesson_it_is() {
    assert_holds(
        &built().lessons,
        &[
            r#"number: 1, slug: "failures", title: "The many types of failure""#,
            r#"open: true, video: Some("https://example.org/lecture-5")"#,
            r#"leaves_out: html!(1, 0, "<p>Real links fail for a moment and come back by themselves.</p>"), will_hold: """#,
        ],
    );
}

#[test]
fn keys_of_a_step_keep_their_places() {
    let place = |text: &str| format!("source: source!(\"{LESSON}:{}\")", common::line_of(text, &lesson()));
    assert_holds(
        &built().steps,
        &[
            &format!(r#"set: &[Setting {{ name: "mode", value: "available", {} }}"#, place("set: ")),
            &format!(r#"script: &[Line {{ text: "1s request c1 \"put x=1\"", {} }}"#, place("script: 1s")),
            &format!(r#"Line {{ text: "2s cut n2-n5", {} }}"#, place("script: 2s")),
            &format!(
                r#"Request {{ node: "c1", text: "put x=2", label: "Write x = 2", {} }}"#,
                place("request: c1")
            ),
            r#"start: Fresh"#,
            r#"tool: Break, select: Some(Line { text: "n2-n5""#,
            r#"pause_on: Some("first-loss")"#,
        ],
    );
}

#[test]
fn blocks_become_html_in_order() {
    let source = built().steps;
    assert_holds(
        &source,
        &[
            r##"<a href=\"#/glossary/island\" data-term=\"island\">island</a>"##,
            r#"Answer { html: html!(3, 2, "They stop."), right: false, explanation: html!(3, 3, "<p>A member that is cut off"#,
            r#"Answer { html: html!(3, 4, "They go on answering."), right: true, explanation: html!(3, 5, "<p>They cannot tell"#,
            r#"Goal(GoalText { name: "two-islands", html: html!(3, 6, "Cut links until the network falls into two islands.""#,
            r#"Explain(html!(3, 7, "<p>Both sides kept running."#,
        ],
    );
    let at = |part: &str| source.find(part);
    assert!(at("Text(") < at("Predict(") && at("Predict(") < at("Goal(") && at("Goal(") < at("Explain("));
}

#[test]
fn names_that_only_the_program_knows_are_left_to_the_compiler() {
    let line = common::line_of("scenario: partition", &lesson());
    let scenario = format!(
        "const _: () = assert!(crate::lessons::prose::known(SCENARIOS, \"partition\"), \
         \"{LESSON}:{line}: no scenario named partition\");"
    );
    assert_holds(
        &built().checks,
        &[&scenario, "known(GOALS, \"two-islands\")", "known(GOALS, \"first-loss\")"],
    );
}

#[test]
fn a_continuing_step_takes_scenario_and_settings_from_the_one_before() {
    let step = "## Later {#later}\nstart: continue\n\nNow wait.\n\n## What this";
    let built = prose::build(&files(&[(LESSON, &lesson().replace("## What this", step))])).expect("no fault");
    let later = built.lessons.split("slug: \"later\"").nth(1).expect("the step is there");
    assert_holds(later, &[r#"scenario: "partition""#, "Content(super::partition::en_1_2)"]);
    let content = built.steps.split("fn en_1_2").nth(1).expect("its content is there");
    assert_holds(content, &[r#"set: &[Setting { name: "mode", value: "available""#, "start: Continue"]);
}

#[test]
fn a_lesson_not_yet_open_lists_what_it_will_hold() {
    let text = "---\ntitle: T\nsummary: S\nopen: no\n---\n## What it will hold\n- a\n- b\n";
    let built = prose::build(&files(&[("assets/lessons/en/2-later.md", text)])).expect("no fault");
    assert_holds(
        &built.lessons,
        &[r#"slug: "later", title: "T", summary: "S", open: false, video: None, steps: &[]"#],
    );
    assert_holds(&built.lessons, &[r#"will_hold: "<ul>\n<li>a</li>\n<li>b</li>\n</ul>""#]);
}

#[test]
fn text_stays_as_typed_and_markup_is_escaped() {
    let text = lesson().replace("Seven members", "“Seven” isn't 'seven' -- \"7\" & `a<b` members");
    let built = prose::build(&files(&[(LESSON, &text)])).expect("no fault");
    assert_holds(
        &built.steps,
        &["“Seven” isn't 'seven' -- ", "&amp; <code>a&lt;b</code> members share one register."],
    );
}

#[test]
fn links_out_open_apart_and_links_within_must_lead_somewhere() {
    let links = "[x](https://example.org/?a=1&b=2) [y](#/lesson/1) [z](#/lesson/1/step/1) members";
    let text = lesson().replace("Seven members", links);
    let built = prose::build(&files(&[(LESSON, &text)])).expect("no fault");
    assert_holds(
        &built.steps,
        &[
            r#"<a href=\"https://example.org/?a=1&amp;b=2\" rel=\"noopener noreferrer\" target=\"_blank\">x</a>"#,
            r##"<a href=\"#/lesson/1/step/1\">z</a>"##,
        ],
    );
}

#[test]
fn code_blocks_hide_headings_and_directives() {
    let text = lesson().replace("Seven members", "```text\n## no heading\n:::nothing\n```\n\nSeven members");
    let built = prose::build(&files(&[(LESSON, &text)])).expect("no fault");
    assert_holds(&built.steps, &["## no heading\\n:::nothing\\n</code></pre>"]);
}

#[test]
fn explanations_may_hold_lists_and_paragraphs() {
    let text = lesson().replace("  They cannot tell", "  - one\n  - two\n\n  They cannot tell");
    let built = prose::build(&files(&[(LESSON, &text)])).expect("no fault");
    assert_holds(
        &built.steps,
        &[r#"explanation: html!(3, 5, "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<p>They cannot"#],
    );
}

#[test]
fn lines_may_end_as_on_other_systems() {
    let text = lesson().replace('\n', "\r\n");
    assert_eq!(prose::build(&files(&[(LESSON, &text)])), Ok(built()));
}

#[test]
fn an_entry_that_nobody_links_to_is_only_a_warning() {
    let text = glossary() + "\n## Lonely {#lonely}\n\nNobody calls.\n";
    let built = prose::build(&files(&[(GLOSSARY, &text)])).expect("no fault");
    let warnings: Vec<String> = built.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let line = common::line_of("## Lonely", &text);
    assert!(
        warnings[0].starts_with(&format!("{GLOSSARY}:{line}: no text links to `lonely`")),
        "{warnings:?}"
    );
}

#[test]
fn words_are_sorted_with_their_forms_and_placeholders() {
    assert_holds(
        &built().words,
        &[
            r#"&["lost.cut", "packets.count", "time.play"],"#,
            r#"&[&["link"], &["n"], &[]"#,
            r#"packets.count\t{n} packet\t{n} packets\ntime.play\tPlay\n"#,
        ],
    );
}

#[test]
fn words_of_a_part_come_in_a_sheet_of_their_own_but_for_those_always_shown() {
    let part = "role.member = member\nlog.heard[one] = {n} beat\nlog.heard[other] = {n} beats\nscenario.x.title = X\n";
    let built = prose::build(&files(&[("assets/words/en/register.txt", part)])).expect("no fault");
    assert_holds(
        &built.words,
        &[
            r#"const PARTS: &[&str] = &["", "register"];"#,
            r#"&["lost.cut", "packets.count", "scenario.x.title", "time.play"],"#,
            r#"&["log.heard", "role.member"],"#,
        ],
    );
    let [sheet] = built.words_sheets.as_slice() else { panic!("{:?}", built.words_sheets) };
    assert!(sheet.name.starts_with("en-register."), "{}", sheet.name);
    assert_eq!(sheet.content, "log.heard\t{n} beat\t{n} beats\nrole.member\tmember\n");
}

#[test]
fn a_second_language_stands_after_english() {
    let german = words().replace("= Play", "= Los").replace("packets\n", "Pakete\n");
    let (lesson, glossary) = (lesson(), glossary());
    let built = prose::build(&files(&[
        ("assets/words/de.txt", &german),
        ("assets/lessons/de/1-failures.md", &lesson),
        ("assets/lessons/de/glossary.md", &glossary),
    ]))
    .expect("no fault");
    assert_holds(&built.words, &[r#"LANGUAGES: &[&str] = &["en", "de"];"#, r"{n} Pakete\ntime.play\tLos\n"]);
    assert!(built.words.find("Play") < built.words.find("Los"), "English stands first");
    assert_eq!(built.lessons.matches("Course {").count(), 2);
    assert_holds(&built.checks, &["assets/lessons/de/1-failures.md:"]);
}
