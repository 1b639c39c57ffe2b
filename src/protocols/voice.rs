//! Voice recognition: a device that captures what is said, and who recognises it: the device itself, one server, or many
//! workers among whom a gateway divides it.
//!
//! An utterance is captured as frames, each of which costs 100 units of work to recognise: a processor takes as long as the
//! units divided by its speed, and does one thing at a time. A share of the work, `serial`, cannot be divided. Half of it comes before
//! all else (bringing the frames to one loudness takes all of them), the other half after (the syllables are put in order). So
//! n workers make it at most `1 / (s + (1 - s) / n)` times as fast, where s is the serial share (G. Amdahl: *Validity of the single processor
//! approach to achieving large scale computing capabilities*, 1967).
//!
//! The gateway *scatters* the frames over its workers in turn and *gathers* syllables. A worker that it hears nothing of for
//! `reassign` while it has frames is held to be silent, rightly or not: its frames go to others, and the worker is asked whether it is there,
//! each time after twice as long. With `hedge`, a frame that is not answered after that time is sent to a second worker as well. The
//! first answer counts, and whoever else has the frame is told to leave it (J. Dean, L. Barroso: *The tail at scale*, 2013).
//! So a frame may be recognised twice, but counts once: by utterance and number.
//!
//! The device asks about one utterance at a time and sends it again after `timeout`; the gateway answers one that it has
//! answered before with the same words. Messages cross direct links only.
//!
//! Request of the device's user:
//!
//! ```text
//! request = "speak"        says something at random
//! ```

mod crew;
mod device;
mod figures;
mod gateway;
mod properties;
mod sound;
mod worker;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;

pub use device::{Device, Outcome};
pub use gateway::{Gateway, Measured};
pub use sound::{Frame, Syllable};
pub use worker::Worker;

/// A device, a gateway and its workers.
pub static VOICE: Protocol = Protocol {
    name: Voice::PROTOCOL,
    roles: &[
        Role::of::<Device>("device", Icon::Device, device::SETTINGS),
        Role::of::<Gateway>("gateway", Icon::Gateway, gateway::SETTINGS),
        Role::of::<Worker>("voice-worker", Icon::Worker, &[speed("1000")]),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Voice>,
};

/// Who plays the gateway's and the workers' parts.
const GATEWAY: &str = "gateway";
const WORKER: &str = "voice-worker";
/// Units of work to recognise one frame, with its part of the serial share.
const WORK_PER_FRAME: u64 = 100;

/// A syllable recognised in a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Heard {
    /// The frame's number in its utterance, from 0.
    pub frame: u16,
    /// What was recognised in it.
    pub syllable: Syllable,
}

/// What device, gateway and workers say to each other. `utterance` numbers a device's utterances; it grows and is never used
/// twice.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Voice {
    /// The device asks for the words of an utterance.
    Utterance {
        /// Its number.
        utterance: u64,
        /// Whether the gateway shall divide the work; otherwise it does all of it alone.
        scatter: bool,
        /// Its sound.
        frames: Vec<Frame>,
    },
    /// The gateway tells the device what was said.
    Words {
        /// In which utterance.
        utterance: u64,
        /// By the number of the frame.
        words: Vec<Heard>,
    },
    /// The gateway asks a worker to recognise a frame.
    Frame {
        /// Of which utterance.
        utterance: u64,
        /// The frame's number.
        frame: u16,
        /// Its sound, at the usual loudness.
        sound: Frame,
        /// How many units of work it is.
        work: u64,
    },
    /// A worker tells what it recognised.
    Syllable {
        /// In which utterance.
        utterance: u64,
        /// In which frame.
        heard: Heard,
    },
    /// The gateway no longer needs a frame recognised.
    Leave {
        /// Of which utterance.
        utterance: u64,
        /// The frame's number.
        frame: u16,
    },
    /// The gateway asks a worker that it does not hear whether it is there.
    Ping,
    /// A worker is there.
    Here {
        /// Whether it has nothing to do.
        idle: bool,
    },
}

impl Message for Voice {
    const PROTOCOL: &'static str = "voice";

    fn label(&self) -> String {
        match self {
            Voice::Utterance { frames, .. } => format!("sound ×{}", frames.len()),
            Voice::Words { words, .. } => {
                let text = sound::text(words.iter().take(3).map(|heard| heard.syllable));
                if words.len() > 3 { text + "…" } else { text }
            }
            Voice::Frame { frame, .. } => format!("frame {frame}"),
            Voice::Syllable { heard, .. } => format!("{}: {}", heard.frame, heard.syllable.text()),
            Voice::Leave { frame, .. } => format!("leave {frame}"),
            Voice::Ping => "there?".to_owned(),
            Voice::Here { .. } => "here".to_owned(),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Voice::Utterance { .. } | Voice::Frame { .. } => Sort::Request,
            Voice::Words { .. } | Voice::Syllable { .. } => Sort::Reply,
            Voice::Leave { .. } => Sort::Refusal,
            Voice::Ping | Voice::Here { .. } => Sort::Beat,
        }
    }

    /// Nothing is signed, so a liar can make any sound or syllable of any other. What it says about itself it may say falsely too.
    fn forge(&self, rng: &mut Rng) -> Option<Voice> {
        let mut lie = self.clone();
        match &mut lie {
            Voice::Utterance { frames, .. } => {
                let others: Vec<_> = frames.iter().map(|_| Syllable::draw(rng)).collect();
                *frames = sound::speak(&others, rng);
            }
            Voice::Words { words, .. } => {
                words.iter_mut().for_each(|heard| heard.syllable = heard.syllable.another(rng));
            }
            Voice::Frame { sound, .. } => {
                let another = [sound::recognise(sound).another(rng)];
                *sound = sound::speak(&another, rng).pop()?;
            }
            Voice::Syllable { heard, .. } => heard.syllable = heard.syllable.another(rng),
            Voice::Here { idle } => *idle = !*idle,
            Voice::Leave { .. } | Voice::Ping => return None,
        }
        Some(lie)
    }
}

/// How many units of work a processor does in a second.
const fn speed(default: &'static str) -> Setting {
    Setting { name: "speed", kind: Kind::Count(1, 1_000_000), default }
}

/// How long a processor takes over so many units of work.
fn computing(units: u64, speed: u64) -> Duration {
    Duration::micros(units.saturating_mul(1_000_000) / speed.max(1)).at_least_shortest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_answer_the_same_question_with_something_else() {
        let mut rng = Rng::stream(1, "lies");
        let heard = Heard { frame: 2, syllable: Syllable(7) };
        let frames = sound::speak(&[Syllable(7)], &mut rng);
        let truths = [
            Voice::Utterance { utterance: 4, scatter: true, frames: frames.clone() },
            Voice::Words { utterance: 4, words: vec![heard] },
            Voice::Frame { utterance: 4, frame: 2, sound: frames[0].clone(), work: 90 },
            Voice::Syllable { utterance: 4, heard },
        ];
        for truth in truths {
            let lie = truth.forge(&mut rng).unwrap();
            assert_ne!(lie, truth);
            assert_eq!(lie.sort(), truth.sort());
            assert_eq!(Voice::decode(&lie.encode()), Some(lie));
        }
    }

    #[test]
    fn work_takes_time_by_the_speed_of_the_processor() {
        assert_eq!(computing(100, 1_000), Duration::millis(100));
        assert_eq!(computing(100, 400), Duration::millis(250));
        assert_eq!(computing(0, 1_000), Duration::SHORTEST);
        assert_eq!(computing(u64::MAX, 0), Duration::micros(u64::MAX));
    }
}
