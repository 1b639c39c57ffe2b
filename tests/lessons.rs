//! The course against the program: what a lesson names exists, what it asks for is not there before the learner acts, and
//! the recorded solution brings it about. Whatever is wrong is reported at once, with the file and line that say it.

use netsplit::lessons::goals::{self, Goal, Solution};
use netsplit::lessons::prose::{Block, GoalText, LessonText, StepText, texts};
use netsplit::lessons::replay;
use netsplit::scenarios::{self, CATALOGUE};
use netsplit::sim::command::{Place, TimedCommand};
use netsplit::sim::time::Duration;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::Event;
use netsplit::sim::world::World;
use netsplit::words::Language;

/// How long a step is left to itself to see what happens without the learner.
const LEFT_ALONE: Duration = Duration::secs(20);
/// How the words begin with which a node refuses a request that it does not understand.
const COMPLAINTS: [&str; 2] = ["note.unknown", "note.only"];

#[test]
fn what_steps_name_exists() {
    let mut faults = Faults::default();
    for_each_step(|_, step| check_names(step, &mut faults));
    faults.report();
}

#[test]
fn goals_are_reached_by_the_solution_and_not_without_the_learner() {
    let mut faults = Faults::default();
    for_each_step(|lesson, step| check_goals(lesson, step, &mut faults));
    faults.report();
}

#[test]
fn runs_come_to_the_moments_at_which_they_pause() {
    let mut faults = Faults::default();
    for_each_step(|lesson, step| {
        let Some(name) = step.content().pause_on else { return };
        let Some(moment) = goals::find(name) else {
            return faults.add(step.source, format!("no moment named {name}"));
        };
        let alone = || left_alone(lesson, step, &[moment]).contains(&true);
        let solved = || solved(lesson, step, &[moment]).is_some_and(|came| came.contains(&true));
        faults.check(alone() || solved(), step.source, || format!("the run never comes to {name}"));
        let begins_there = (moment.reached)(start_of(lesson, step).world());
        faults.check(!begins_there, step.source, || {
            format!("the run begins at {name}, so it cannot pause on it")
        });
    });
    faults.report();
}

#[test]
fn goals_and_solutions_are_used_and_named_once() {
    let mut faults = Faults::default();
    let mut used = Vec::new();
    let mut steps = Vec::new();
    for_each_step(|lesson, step| {
        used.extend(step.content().pause_on);
        used.extend(goal_texts(step).map(|goal| goal.name));
        steps.push((format!("{}/{}", lesson.number, step.slug), goal_texts(step).count()));
    });
    for (at, name) in goals::NAMES.iter().enumerate() {
        faults.check(used.contains(name), name, || "no step uses it".to_owned());
        faults.check(!goals::NAMES[..at].contains(name), name, || "two goals have this name".to_owned());
    }
    let solutions: Vec<&Solution> = goals::SOLUTIONS.iter().copied().flatten().collect();
    for (at, solution) in solutions.iter().enumerate() {
        let solves = steps.iter().any(|(step, goals)| step == solution.step && *goals > 0);
        faults.check(solves, solution.step, || "there is no such step with a goal".to_owned());
        let twice = solutions[..at].iter().any(|other| other.step == solution.step);
        faults.check(!twice, solution.step, || "it has two solutions".to_owned());
    }
    faults.report();
}

#[test]
fn links_lead_into_the_course_or_over_https() {
    let mut faults = Faults::default();
    for language in Language::all() {
        for lesson in texts(language).lessons {
            let secure = lesson.video.is_none_or(|video| video.starts_with("https://"));
            faults.check(secure, lesson.source, || "its video is not at an https address".to_owned());
            check_links(lesson.source, lesson.leaves_out.text, &mut faults);
            check_links(lesson.source, lesson.will_hold, &mut faults);
            for step in lesson.steps {
                step.content()
                    .blocks
                    .iter()
                    .flat_map(html_of)
                    .for_each(|html| check_links(step.source, html, &mut faults));
            }
        }
        for term in texts(language).glossary {
            check_links(term.slug, term.html.text, &mut faults);
        }
    }
    faults.report();
}

// Names.

fn check_names(step: &StepText, faults: &mut Faults) {
    let entry = scenarios::find(step.scenario).expect("the compiler checked the scenario's name");
    let faults_before = faults.0.len();
    for setting in step.content().set {
        let one = [(setting.name.to_owned(), setting.value.to_owned())];
        let laid = entry.build_with(&one).and_then(|scenario| scenario.lay(CATALOGUE));
        if let Err(why) = laid {
            faults.add(setting.source, why.to_string());
        }
    }
    if faults.0.len() > faults_before {
        return;
    }
    let values: Vec<_> = step
        .content()
        .set
        .iter()
        .map(|setting| (setting.name.to_owned(), setting.value.to_owned()))
        .collect();
    let run = entry.build_with(&values).and_then(|scenario| Timeline::new(scenario, CATALOGUE));
    let run = run.unwrap_or_else(|why| panic!("{}: {why}", step.source));
    let network = run.world().network();
    for line in step.content().script {
        if let Err(why) = network.read_line(line.text) {
            faults.add(line.source, why.to_string());
        }
    }
    for control in step.content().controls {
        let known = run.scenario().controls.iter().any(|known| known.name == control.text);
        faults.check(known, control.source, || format!("the scenario has no control `{}`", control.text));
    }
    if let Some(selected) = step.content().select {
        match network.read_place(selected.text) {
            Ok(Place::Node(_) | Place::Link(_)) => {}
            Ok(Place::Direction(_)) => {
                faults.add(selected.source, "select a node or a link such as a-b".to_owned())
            }
            Err(why) => faults.add(selected.source, why),
        }
    }
    for request in step.content().requests {
        let line = format!("0s request {} \"{}\"", request.node, request.text);
        match network.read_line(&line) {
            Ok(command) => faults.check(is_understood(&run, command), request.source, || {
                format!("{} does not understand `{}`", request.node, request.text)
            }),
            Err(why) => faults.add(request.source, why.to_string()),
        }
    }
}

/// Whether the node does not complain at once, as it does of a request that it does not understand.
fn is_understood(run: &Timeline, request: TimedCommand) -> bool {
    let mut run = run.clone();
    let before = run.past().len();
    run.act(request.command);
    let said = run.past()[before..].iter().filter_map(|record| match record.event {
        Event::Noted { phrase, .. } | Event::Answered { phrase, .. } => run.trace().phrase(phrase),
        _ => None,
    });
    !said.map(|phrase| phrase.key().name()).any(|name| COMPLAINTS.iter().any(|start| name.starts_with(start)))
}

// Goals.

fn check_goals(lesson: &LessonText, step: &StepText, faults: &mut Faults) {
    let texts: Vec<&GoalText> = goal_texts(step).collect();
    if texts.is_empty() {
        return;
    }
    let goals: Vec<&Goal> = texts
        .iter()
        .map(|text| goals::find(text.name).expect("the compiler checked the goal's name"))
        .collect();
    for (text, reached) in texts.iter().zip(left_alone(lesson, step, &goals)) {
        faults.check(!reached, text.source, || format!("{} is reached without the learner", text.name));
    }
    let Some(reached) = solved(lesson, step, &goals) else {
        return faults.add(step.source, "no solution is recorded for this step".to_owned());
    };
    for (text, reached) in texts.iter().zip(reached) {
        faults.check(reached, text.source, || format!("the solution does not reach {}", text.name));
    }
}

/// Which of these came to be while nobody touched the step.
fn left_alone(lesson: &LessonText, step: &StepText, goals: &[&Goal]) -> Vec<bool> {
    let mut run = start_of(lesson, step);
    let end = run.now() + LEFT_ALONE;
    let mut seen = Seen::at(goals, &run);
    let outcome = replay::advance(&mut run, end, |world| seen.look(world));
    outcome.unwrap_or_else(|why| panic!("{}: {why}", step.source));
    seen.reached
}

/// Which of these came to be while the recorded solution was followed; nothing if there is none.
fn solved(lesson: &LessonText, step: &StepText, goals: &[&Goal]) -> Option<Vec<bool>> {
    let solution = goals::solution(lesson.number, step.slug)?;
    let mut run = start_of(lesson, step);
    let mut seen = Seen::at(goals, &run);
    let outcome = replay::follow(&mut run, solution, |world| seen.look(world));
    outcome.unwrap_or_else(|why| panic!("{}: {why}", step.source));
    Some(seen.reached)
}

/// The run of a step as the learner finds it.
fn start_of(lesson: &LessonText, step: &StepText) -> Timeline {
    let course = Language::all().map(texts).find(|course| course.lesson(lesson.number) == Some(lesson));
    let index = lesson.steps.iter().position(|other| other == step);
    let found = course.zip(index).ok_or_else(|| "it is not in the course".to_owned());
    found
        .and_then(|(course, index)| replay::start_of_step(course, lesson.number, index))
        .unwrap_or_else(|why| panic!("{}: {why}", step.source))
}

/// Which goals came to be so far. A goal once reached stays reached.
struct Seen<'a> {
    goals: &'a [&'a Goal],
    reached: Vec<bool>,
}

impl<'a> Seen<'a> {
    fn at(goals: &'a [&'a Goal], run: &Timeline) -> Seen<'a> {
        let mut seen = Seen { goals, reached: vec![false; goals.len()] };
        seen.look(run.world());
        seen
    }

    fn look(&mut self, world: &World) {
        for (goal, reached) in self.goals.iter().zip(&mut self.reached) {
            *reached |= (goal.reached)(world);
        }
    }
}

// Texts.

fn for_each_step(mut check: impl FnMut(&LessonText, &StepText)) {
    let lessons = Language::all().flat_map(|language| texts(language).lessons);
    lessons.for_each(|lesson| lesson.steps.iter().for_each(|step| check(lesson, step)));
}

fn goal_texts(step: &StepText) -> impl Iterator<Item = &GoalText> {
    step.content().blocks.iter().filter_map(|block| match block {
        Block::Goal(goal) => Some(goal),
        _ => None,
    })
}

fn html_of(block: &Block) -> Vec<&'static str> {
    match block {
        Block::Text(html) | Block::Explain(html) | Block::Note(html) => vec![html.text],
        Block::Goal(goal) => vec![goal.html.text],
        Block::Predict(question) => {
            let answers =
                question.answers.iter().flat_map(|answer| [answer.html.text, answer.explanation.text]);
            answers.chain([question.html.text]).collect()
        }
    }
}

fn check_links(source: &str, html: &str, faults: &mut Faults) {
    for rest in html.split("href=\"").skip(1) {
        let address = rest.split('"').next().unwrap_or_default();
        let fine = address.starts_with("#/") || address.starts_with("https://");
        faults.check(fine, source, || {
            format!("the link `{address}` leads neither into the course nor over https")
        });
    }
}

/// What is wrong, each with its place.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, source: &str, what: String) {
        self.0.push(format!("{source}: {what}"));
    }

    fn check(&mut self, fine: bool, source: &str, what: impl FnOnce() -> String) {
        if !fine {
            self.add(source, what());
        }
    }

    fn report(self) {
        assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
    }
}
