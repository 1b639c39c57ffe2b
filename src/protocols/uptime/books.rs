//! Designs, what they cost, and the books that are kept of each.

use crate::sim::settings::Settings;
use crate::sim::time::Duration;

/// How good parts are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Parts {
    /// They last as long as the setting `mtbf` says.
    Standard,
    /// They last three times as long, and cost more.
    Durable,
}

impl Parts {
    /// How many times as long as standard ones they last.
    pub fn lasting(self) -> u64 {
        match self {
            Parts::Standard => 1,
            Parts::Durable => 3,
        }
    }
}

/// What can be bought.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Design {
    /// Replicas of the application.
    pub apps: u64,
    /// How many of them must serve.
    pub apps_needed: u64,
    /// Replicas of the database.
    pub databases: u64,
    /// How many of them must serve.
    pub databases_needed: u64,
    /// Sites to which replicas are dealt in turn.
    pub sites: u64,
    /// Crews, each of which repairs one component at a time.
    pub crews: u64,
    /// Of what all replicas are made.
    pub parts: Parts,
}

impl Design {
    /// The design that a monitor's settings describe.
    pub fn of(settings: &Settings) -> Design {
        let parts = if settings.choice("parts") == "durable" { Parts::Durable } else { Parts::Standard };
        Design {
            apps: settings.count("app-replicas"),
            apps_needed: settings.count("app-replicas-needed"),
            databases: settings.count("database-replicas"),
            databases_needed: settings.count("database-replicas-needed"),
            sites: settings.count("sites"),
            crews: settings.count("crews"),
            parts,
        }
    }

    /// What it costs, in thousands a year.
    pub fn cost(self) -> u64 {
        let (app, database) = match self.parts {
            Parts::Standard => (4, 10),
            Parts::Durable => (7, 17),
        };
        self.apps * app + self.databases * database + (self.sites - 1) * 8 + self.crews * 6
    }

    /// Everything that can be bought while as many replicas are needed as in this design.
    pub fn menu(self) -> impl Iterator<Item = Design> {
        // Each number from 0 to 107 is one choice of everything.
        (0..3 * 3 * 2 * 3 * 2).map(move |choice| Design {
            apps: 1 + choice % 3,
            databases: 1 + choice / 3 % 3,
            sites: 1 + choice / 9 % 2,
            crews: 1 + choice / 18 % 3,
            parts: if choice / 54 == 0 { Parts::Standard } else { Parts::Durable },
            ..self
        })
    }

    /// How many of so many replicas stand in a site, of which this is the index.
    pub fn share(self, replicas: u64, site: u64) -> u64 {
        (replicas + self.sites - 1 - site) / self.sites
    }
}

/// For how long the service was up and down with one design.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Book {
    /// It was up.
    pub up: Duration,
    /// It was down.
    pub down: Duration,
    /// How often it went down.
    pub outages: u64,
}

impl Book {
    /// The share of the time that it was up.
    pub fn share(self) -> Option<f64> {
        let kept = self.kept();
        (kept > Duration::ZERO).then(|| self.up.as_secs_f64() / kept.as_secs_f64())
    }

    /// For how long the book was kept.
    pub fn kept(self) -> Duration {
        self.up + self.down
    }

    /// Which share of the time the service was up, in parts per million rounded down; none if no time has passed.
    pub fn availability(self) -> Option<u64> {
        let (up, kept) = (u128::from(self.up.as_micros()), u128::from(self.kept().as_micros()));
        (kept > 0).then(|| (up * 1_000_000 / kept) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Design = Design {
        apps: 1,
        apps_needed: 1,
        databases: 1,
        databases_needed: 1,
        sites: 1,
        crews: 1,
        parts: Parts::Standard,
    };

    #[test]
    fn the_menu_holds_each_design_once() {
        let mut menu: Vec<_> = SMALL.menu().collect();
        menu.sort();
        menu.dedup();
        assert_eq!(menu.len(), 108);
        assert_eq!(menu.iter().map(|design| design.cost()).min(), Some(20));
        assert_eq!(menu.iter().map(|design| design.cost()).max(), Some(3 * 7 + 3 * 17 + 8 + 3 * 6));
    }

    #[test]
    fn replicas_are_dealt_in_turn() {
        let two = Design { sites: 2, ..SMALL };
        let dealt = |design: Design, replicas| [design.share(replicas, 0), design.share(replicas, 1)];
        assert_eq!([dealt(two, 1), dealt(two, 2), dealt(two, 3)], [[1, 0], [1, 1], [2, 1]]);
        assert_eq!(SMALL.share(3, 0), 3);
    }

    #[test]
    fn availability_is_whole_parts_of_a_million() {
        let book = Book { up: Duration::secs(2), down: Duration::secs(1), outages: 1 };
        assert_eq!(book.availability(), Some(666_666));
        assert_eq!(Book::default().availability(), None);
    }
}
