//! The device: it captures what is said, and has it recognised or does so itself, one utterance at a time.

use std::collections::VecDeque;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, FactValue, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::{phrase, word};

use super::{Frame, GATEWAY, Heard, Syllable, Voice, WORK_PER_FRAME, computing, sound, speed};

pub(super) const SETTINGS: &[Setting] = &[
    Setting { name: "where", kind: Kind::Choice(&["device", "server", "scatter"]), default: "scatter" },
    // How often someone speaks; 0s is only on request.
    Setting {
        name: "speaks-every",
        kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)),
        default: "0s",
    },
    // An answer later than this after the utterance is of no use to the speaker; the device waits for it all the same.
    Setting {
        name: "deadline",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "2s",
    },
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "5s",
    },
    Setting { name: "frames", kind: Kind::Count(1, 96), default: "24" },
    speed("400"),
];

/// The device of someone who speaks.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// What is being recognised.
    current: Option<Utterance>,
    /// What was said meanwhile.
    waiting: VecDeque<Utterance>,
    /// How long the last answers took, the newest last.
    latencies: VecDeque<Duration>,
    /// The last utterance that was recognised.
    last: Option<Outcome>,
    answered: u64,
    next_number: u64,
    speaks_every: Duration,
}

#[derive(Clone, Debug)]
struct Utterance {
    number: u64,
    captured_at: Time,
    spoken: Vec<Syllable>,
    sound: Vec<Frame>,
}

/// What came of an utterance.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// What was said.
    pub spoken: Vec<Syllable>,
    /// What was recognised.
    pub words: Vec<Heard>,
    /// When its last frame was captured.
    pub captured_at: Time,
}

/// How many latencies are kept, for percentiles.
const LATENCIES_AT_MOST: usize = 500;
/// Whose last so many utterances all wait falls silent.
const WAITING_AT_MOST: usize = 64;

const SPEAK: Timer = timer("speak");
const COMPUTE: Timer = timer("compute");
const TIMEOUT: Timer = timer("timeout");
/// How long after the start someone first speaks.
const FIRST_WORD: Duration = Duration::millis(500);

impl Device {
    /// How many utterances were recognised since it started.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How many utterances are not recognised yet.
    pub fn unanswered(&self) -> usize {
        self.waiting.len() + usize::from(self.current.is_some())
    }

    /// When the oldest utterance that is not recognised yet was captured.
    pub fn waits_since(&self) -> Option<Time> {
        self.current.as_ref().map(|utterance| utterance.captured_at)
    }

    /// The last utterance that was recognised.
    pub fn last(&self) -> Option<&Outcome> {
        self.last.as_ref()
    }

    /// From the end of an utterance to its words, for the last 500 at most, the newest last.
    pub fn latencies(&self) -> impl DoubleEndedIterator<Item = Duration> + '_ {
        self.latencies.iter().copied()
    }

    fn speak(&mut self, cx: &mut Context<'_, Voice>) {
        if self.waiting.len() >= WAITING_AT_MOST {
            return;
        }
        let (number, captured_at) = (self.next_number, cx.now());
        self.next_number += 1;
        let frames = cx.settings().count("frames");
        let spoken: Vec<_> = (0..frames).map(|_| Syllable::draw(cx.rng())).collect();
        let sound = sound::speak(&spoken, cx.rng());
        self.waiting.push_back(Utterance { number, captured_at, spoken, sound });
        self.next(cx);
    }

    fn next(&mut self, cx: &mut Context<'_, Voice>) {
        if self.current.is_none() {
            self.current = self.waiting.pop_front();
            self.try_once(cx);
        }
    }

    /// Recognises what is at hand itself, or sends it away. Whoever answers first is believed.
    fn try_once(&mut self, cx: &mut Context<'_, Voice>) {
        let Some(utterance) = &self.current else { return };
        let place = cx.settings().choice("where");
        if place == "device" {
            let work = utterance.sound.len() as u64 * WORK_PER_FRAME;
            let length = computing(work, cx.settings().count("speed"));
            return cx.set_timer(COMPUTE, length);
        }
        let (number, frames) = (utterance.number, utterance.sound.clone());
        if let Some(gateway) = cx.nodes_with_role(GATEWAY).first() {
            let scatter = place == "scatter";
            cx.send(*gateway, &Voice::Utterance { utterance: number, scatter, frames });
        }
        let patience = cx.settings().duration("timeout");
        cx.set_timer(TIMEOUT, patience);
    }

    /// The device's own processor is done.
    fn recognise(&mut self, cx: &mut Context<'_, Voice>) {
        let Some(utterance) = &self.current else { return };
        let words = sound::recognise_all(&utterance.sound);
        self.finish(cx, words);
    }

    fn finish(&mut self, cx: &mut Context<'_, Voice>, words: Vec<Heard>) {
        let Some(utterance) = self.current.take() else { return };
        cx.cancel_timer(COMPUTE);
        cx.cancel_timer(TIMEOUT);
        let latency = cx.now().since(utterance.captured_at);
        if self.latencies.len() == LATENCIES_AT_MOST {
            self.latencies.pop_front();
        }
        self.latencies.push_back(latency);
        self.answered += 1;
        if latency > cx.settings().duration("deadline") {
            cx.note(phrase!("note.deadline-missed", latency = latency));
        }
        let Utterance { spoken, captured_at, .. } = utterance;
        self.last = Some(Outcome { spoken, words, captured_at });
        self.next(cx);
    }
}

impl Process for Device {
    type Message = Voice;

    fn on_start(&mut self, cx: &mut Context<'_, Voice>) {
        // Numbers begin at the microsecond of the start, so that a restarted device never uses one twice.
        self.next_number = cx.now().as_micros();
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Voice>, _: NodeId, message: Voice) {
        if let Voice::Words { utterance, words } = message
            && self.current.as_ref().is_some_and(|current| current.number == utterance)
        {
            self.finish(cx, words);
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Voice>, timer: Timer) {
        match timer {
            COMPUTE => self.recognise(cx),
            TIMEOUT => self.try_once(cx),
            _ => {
                cx.set_timer(SPEAK, self.speaks_every);
                self.speak(cx);
            }
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Voice>, request: &str) {
        match request.trim() {
            "speak" => self.speak(cx),
            _ => cx.note(phrase!("note.unknown-request", request = request)),
        }
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Voice>) {
        let speaks_every = cx.settings().duration("speaks-every");
        if speaks_every == self.speaks_every {
            return;
        }
        self.speaks_every = speaks_every;
        cx.cancel_timer(SPEAK);
        if speaks_every > Duration::ZERO {
            cx.set_timer(SPEAK, FIRST_WORD.min(speaks_every));
        }
    }

    fn heap_bytes(&self) -> usize {
        let frames: usize =
            self.waiting.iter().chain(&self.current).map(|utterance| utterance.sound.len()).sum();
        frames * (size_of::<Frame>() + size_of::<Syllable>()) + self.latencies.len() * size_of::<Duration>()
    }

    fn look(&self) -> Look {
        let look = Look::default()
            .fact(word!("fact.utterances-answered"), self.answered)
            .fact(word!("fact.utterances-waiting"), self.unanswered() as u64);
        let (Some(last), Some(latency)) = (&self.last, self.latencies.back()) else { return look };
        let rounded = Duration::millis(latency.as_micros() / 1_000);
        look.badge(rounded.to_string())
            .fact(word!("fact.last-latency"), FactValue::Duration(rounded))
            .fact(word!("fact.spoken"), sound::text(last.spoken.iter().copied()))
            .fact(word!("fact.recognised"), sound::text(last.words.iter().map(|heard| heard.syllable)))
    }
}
