//! What a browser keeps of a learner: goals reached, answers given, the last place. As lines that a person can read:
//!
//! ```text
//! netsplit-progress 1
//! last #/lesson/5/step/2
//! done 5/two-islands
//! goal 5/two-islands two-islands
//! answer 5/two-islands 0 1
//! ```
//!
//! Steps and goals go by their names, so that progress outlives a reordered lesson. An answer is the question's number and the
//! answer's, both counted from 0. Lines that begin with another word are left alone: a later page may write them.

use crate::sorted::Map;

/// The first line of what is written, with its version.
const FIRST_LINE: &str = "netsplit-progress 1";
/// More questions than any step has: a number beyond it is a mistake.
const QUESTIONS_AT_MOST: usize = 100;

/// All that is kept.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Where the learner was last, as a link's target.
    pub last: Option<String>,
    steps: Map<String, StepProgress>,
}

/// What is kept of a step.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct StepProgress {
    /// Whether its end was reached once; starting the step over does not undo that.
    pub done: bool,
    /// Names of the goals that were reached.
    pub goals: Vec<String>,
    /// The answer chosen to each question, counted from 0.
    pub answers: Vec<Option<usize>>,
}

impl Progress {
    /// Reads what [`Progress::to_text`] wrote. What is wrong is said for a developer.
    pub fn from_text(text: &str) -> Result<Progress, String> {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        if first != FIRST_LINE {
            return Err(format!("it begins with `{first}`, not with `{FIRST_LINE}`"));
        }
        let mut progress = Progress::default();
        for line in lines {
            progress.take_line(line).ok_or_else(|| format!("the line `{line}` is damaged"))?;
        }
        Ok(progress)
    }

    fn take_line(&mut self, line: &str) -> Option<()> {
        let mut words = line.split(' ');
        match words.next()? {
            "last" => self.last = Some(words.next()?.to_owned()),
            "done" => self.step_mut(words.next()?).done = true,
            "goal" => {
                let step = self.step_mut(words.next()?);
                step.reach(words.next()?);
            }
            "answer" => {
                let step = self.step_mut(words.next()?);
                let (question, answer) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
                (question < QUESTIONS_AT_MOST).then(|| step.choose(question, answer))?;
            }
            _ => {}
        }
        Some(())
    }

    /// As text to keep.
    pub fn to_text(&self) -> String {
        let mut lines = vec![FIRST_LINE.to_owned()];
        lines.extend(self.last.iter().map(|last| format!("last {last}")));
        for (key, step) in self.steps.iter() {
            lines.extend(step.done.then(|| format!("done {key}")));
            lines.extend(step.goals.iter().map(|goal| format!("goal {key} {goal}")));
            let answers = step.answers.iter().enumerate();
            let line = |(question, answer): (usize, &Option<usize>)| {
                answer.map(|answer| format!("answer {key} {question} {answer}"))
            };
            lines.extend(answers.filter_map(line));
        }
        lines.join("\n")
    }

    /// What is kept of a step; the key is `lesson-number/step-slug`.
    pub fn step(&self, key: &str) -> Option<&StepProgress> {
        self.steps.get(key)
    }

    /// The same, to change.
    pub fn step_mut(&mut self, key: &str) -> &mut StepProgress {
        self.steps.get_or_insert_with(key.to_owned(), StepProgress::default)
    }

    /// Whether anything of a learner is in it.
    pub fn is_empty(&self) -> bool {
        self.last.is_none() && self.steps.is_empty()
    }
}

impl StepProgress {
    /// The answer chosen to a question.
    pub fn answer(&self, question: usize) -> Option<usize> {
        self.answers.get(question).copied().flatten()
    }

    /// Chooses an answer to a question.
    pub fn choose(&mut self, question: usize, answer: usize) {
        if self.answers.len() <= question {
            self.answers.resize(question + 1, None);
        }
        self.answers[question] = Some(answer);
    }

    /// Notes a goal. True if it is new.
    pub fn reach(&mut self, goal: &str) -> bool {
        let new = !self.goals.iter().any(|known| known == goal);
        if new {
            self.goals.push(goal.to_owned());
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut progress = Progress { last: Some("#/lesson/5/step/2".to_owned()), ..Progress::default() };
        let step = progress.step_mut("5/two-islands");
        step.choose(1, 2);
        assert!(step.reach("two-islands"));
        assert!(!step.reach("two-islands"));
        let text = progress.to_text();
        assert_eq!(Progress::from_text(&text), Ok(progress.clone()), "{text}");
        let step = progress.step("5/two-islands").expect("just written");
        assert_eq!((step.answer(0), step.answer(1), step.answer(9)), (None, Some(2), None));
    }

    #[test]
    fn what_a_later_page_adds_is_left_alone() {
        let read = Progress::from_text("netsplit-progress 1\nlater 3\ndone 1/a");
        assert!(read.expect("unknown lines are left alone").step("1/a").expect("there").done);
    }

    #[test]
    fn what_is_not_progress_is_refused() {
        for text in ["", "null", "netsplit-progress 2", "\u{0}"] {
            assert!(Progress::from_text(text).is_err(), "{text}");
        }
        for line in ["last", "done", "goal 1/a", "answer 1/a 0", "answer 1/a x 0", "answer 1/a 99999999999 0"]
        {
            let text = format!("netsplit-progress 1\n{line}");
            assert!(Progress::from_text(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn empty_is_told_from_begun() {
        assert!(Progress::default().is_empty());
        let mut begun = Progress::default();
        begun.step_mut("1/a").done = true;
        assert!(!begun.is_empty());
    }
}
