//! Which values of a list changed lately: within the last second of watching, so that what a single step changed stays
//! marked until the next.

use crate::sim::time::{Duration, Time};

/// Values by name, and since when they are what they are.
#[derive(Clone, Default, Debug)]
pub struct Marks {
    values: Vec<(String, String, Option<Time>)>,
}

impl Marks {
    /// Looks at the values at a moment and says for each whether it is marked. What is seen for the first time is not.
    pub fn look(&mut self, now: Time, pace: Duration, values: &[(String, String)]) -> Vec<bool> {
        let entry = |(name, value): &(String, String)| {
            let before = self.values.iter().find(|(known, ..)| known == name);
            let since = match before {
                None => None,
                Some((_, old, since)) if old == value => *since,
                Some(_) => Some(now),
            };
            (name.clone(), value.clone(), since)
        };
        let entries: Vec<_> = values.iter().map(entry).collect();
        self.values = entries;
        let is_recent = |since: Option<Time>| since.is_some_and(|at| at <= now && now.since(at) <= pace);
        self.values.iter().map(|(.., since)| is_recent(*since)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_stays_marked_for_a_second_of_watching() {
        let (mut marks, pace) = (Marks::default(), Duration::millis(250));
        let mut look = |ms: u64, x: &str| {
            let values = [("x".to_owned(), x.to_owned()), ("y".to_owned(), "0".to_owned())];
            marks.look(Time::from_micros(ms * 1_000), pace, &values)
        };
        assert_eq!(look(0, "1"), [false, false], "seen for the first time");
        assert_eq!(look(100, "2"), [true, false]);
        assert_eq!(look(350, "2"), [true, false]);
        assert_eq!(look(351, "2"), [false, false]);
        assert_eq!(look(200, "1"), [true, false], "going back is a change too");
    }
}
