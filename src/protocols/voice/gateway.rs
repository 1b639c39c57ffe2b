//! The gateway: it takes utterances one after the other, prepares each, has its frames recognised, and joins the words.

mod gather;

use std::collections::VecDeque;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::sorted::{Map, sort_by_key};
use crate::word;

use super::crew::Crew;
use super::{Frame, Heard, Voice, WORK_PER_FRAME, WORKER, computing, sound, speed};

pub(super) const SETTINGS: &[Setting] = &[
    Setting { name: "workers", kind: Kind::Count(1, 16), default: "4" },
    // The share of the work that cannot be divided, in per cent.
    Setting { name: "serial", kind: Kind::Count(0, 100), default: "10" },
    Setting {
        name: "reassign",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "1s",
    },
    // 0s is never.
    Setting { name: "hedge", kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)), default: "0s" },
    speed("1000"),
];

/// One that divides the work of a device among workers.
#[derive(Clone, Debug, Default)]
pub struct Gateway {
    /// The utterance at hand.
    job: Option<Job>,
    /// Utterances that came meanwhile, at most one of each device.
    waiting: VecDeque<Asked>,
    /// What each device was last told, in case it asks again.
    told: Map<NodeId, Told>,
    crew: Crew,
    /// The last measurement for each number of workers.
    measured: Map<u64, Measured>,
    /// How long the last frames took from the gateway to a worker and back, the newest last.
    frame_times: VecDeque<Duration>,
    reassigned: u64,
    hedged: u64,
    hedges_won: u64,
    /// How many frames of the last utterance that was answered were reassigned.
    last_reassigned: u64,
    last_measured: Option<Measured>,
}

/// How long an utterance took, beside how long one processor takes that does all of it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measured {
    /// One processor like the gateway's, all by itself and without a network.
    pub alone: Duration,
    /// From the utterance at the gateway to its words.
    pub took: Duration,
}

impl Measured {
    /// How many times as fast it was as one processor.
    pub fn speed_up(self) -> f64 {
        self.alone.as_micros() as f64 / self.took.as_micros() as f64
    }
}

/// A device asks for the words of an utterance.
#[derive(Clone, Debug)]
struct Asked {
    device: NodeId,
    utterance: u64,
    scatter: bool,
    frames: Vec<Frame>,
}

#[derive(Clone, Debug)]
struct Told {
    utterance: u64,
    words: Vec<Heard>,
}

/// An utterance at hand.
#[derive(Clone, Debug)]
struct Job {
    asked: Asked,
    stage: Stage,
    begun_at: Time,
    /// The share of the work that cannot be divided, in per cent.
    serial: u64,
    /// Among how many workers it was divided; none if the gateway does it alone.
    workers: u64,
    /// What was recognised, in the order in which it came.
    gathered: Vec<Heard>,
    reassigned: u64,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Stage {
    /// The first half of what cannot be divided.
    Preparing,
    /// The gateway recognises all frames itself.
    Alone,
    /// The workers do.
    Gathering,
    /// The other half of what cannot be divided.
    Joining,
}

/// The processor is done with a stage.
const COMPUTE: Timer = timer("compute");
/// How many times of frames are kept, for a percentile.
const FRAME_TIMES_AT_MOST: usize = 100;

impl Job {
    /// How much of the work cannot be divided.
    fn serial_work(&self) -> u64 {
        self.asked.frames.len() as u64 * self.serial * WORK_PER_FRAME / 100
    }

    /// How much work a frame is once what cannot be divided is taken off.
    fn work_per_frame(&self) -> u64 {
        WORK_PER_FRAME - self.serial * WORK_PER_FRAME / 100
    }

    /// How much work the stage at hand is for the gateway's own processor.
    fn own_work(&self) -> u64 {
        match self.stage {
            Stage::Preparing => self.serial_work() / 2,
            Stage::Alone => self.work_per_frame() * self.asked.frames.len() as u64,
            Stage::Gathering => 0,
            Stage::Joining => self.serial_work() - self.serial_work() / 2,
        }
    }
}

impl Gateway {
    /// How many frames it took from one worker and gave to another, or once more to the same, since it started.
    pub fn reassigned(&self) -> u64 {
        self.reassigned
    }

    /// How many of the frames of the last utterance that it answered were reassigned.
    pub fn last_reassigned(&self) -> u64 {
        self.last_reassigned
    }

    /// How many frames it sent to a second worker, although it still counted on the first.
    pub fn hedged(&self) -> u64 {
        self.hedged
    }

    /// How often the second worker answered first.
    pub fn hedges_won(&self) -> u64 {
        self.hedges_won
    }

    /// The last measurement for each number of workers that frames were divided among.
    pub fn measured(&self) -> impl Iterator<Item = (u64, Measured)> + '_ {
        self.measured.iter().map(|(workers, measured)| (*workers, *measured))
    }

    /// The last measurement, alone or divided.
    pub fn last_measured(&self) -> Option<Measured> {
        self.last_measured
    }

    /// What was recognised of the utterance at hand, in the order in which it came.
    pub fn gathered(&self) -> &[Heard] {
        self.job.as_ref().map_or(&[], |job| &job.gathered)
    }

    /// Whether it waits for workers.
    pub fn is_gathering(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.stage == Stage::Gathering)
    }

    /// Takes an utterance, unless it has it or something newer of the same device.
    fn take(&mut self, cx: &mut Context<'_, Voice>, asked: Asked) {
        let (device, utterance) = (asked.device, asked.utterance);
        if let Some(told) = self.told.get(&device)
            && utterance <= told.utterance
        {
            if utterance == told.utterance {
                cx.send(device, &Voice::Words { utterance, words: told.words.clone() });
            }
            return;
        }
        let at_hand = self.job.as_ref().map(|job| &job.asked);
        let newest = at_hand.into_iter().chain(&self.waiting).filter(|known| known.device == device);
        if newest.map(|known| known.utterance).max().is_some_and(|newest| newest >= utterance) {
            return;
        }
        // Only a device that was restarted asks for something new before it has its answer: the old is of no use to it.
        self.waiting.retain(|known| known.device != device);
        self.waiting.push_back(asked);
        if self.job.as_ref().is_some_and(|job| job.asked.device == device) {
            self.abandon(cx);
        }
        self.next(cx);
    }

    fn next(&mut self, cx: &mut Context<'_, Voice>) {
        if self.job.is_none()
            && let Some(asked) = self.waiting.pop_front()
        {
            let serial = cx.settings().count("serial");
            let begun_at = cx.now();
            let (stage, gathered) = (Stage::Preparing, Vec::new());
            self.job = Some(Job { asked, stage, begun_at, serial, workers: 0, gathered, reassigned: 0 });
            self.compute(cx);
        }
    }

    /// Has the processor do its work of the stage at hand.
    fn compute(&self, cx: &mut Context<'_, Voice>) {
        if let Some(job) = &self.job {
            let length = computing(job.own_work(), cx.settings().count("speed"));
            cx.set_timer(COMPUTE, length);
        }
    }

    /// The processor is done with its work of the stage at hand.
    fn computed(&mut self, cx: &mut Context<'_, Voice>) {
        let Some(job) = &mut self.job else { return };
        match job.stage {
            Stage::Preparing => {
                sound::normalise(&mut job.asked.frames);
                let scatter = job.asked.scatter && !cx.nodes_with_role(WORKER).is_empty();
                if scatter {
                    job.stage = Stage::Gathering;
                    self.scatter(cx);
                } else {
                    job.stage = Stage::Alone;
                    self.compute(cx);
                }
            }
            Stage::Alone => {
                job.gathered = sound::recognise_all(&job.asked.frames);
                self.join(cx);
            }
            Stage::Joining => self.answer(cx),
            Stage::Gathering => {}
        }
    }

    fn join(&mut self, cx: &mut Context<'_, Voice>) {
        if let Some(job) = &mut self.job {
            job.stage = Stage::Joining;
            self.compute(cx);
        }
    }

    fn answer(&mut self, cx: &mut Context<'_, Voice>) {
        let Some(job) = self.job.take() else { return };
        let work = WORK_PER_FRAME * job.asked.frames.len() as u64;
        let measured = Measured {
            alone: computing(work, cx.settings().count("speed")),
            took: cx.now().since(job.begun_at),
        };
        if job.workers > 0 {
            self.measured.insert(job.workers, measured);
        }
        self.last_measured = Some(measured);
        self.last_reassigned = job.reassigned;
        let (device, utterance, mut words) = (job.asked.device, job.asked.utterance, job.gathered);
        sort_by_key(&mut words, |heard| heard.frame);
        cx.send(device, &Voice::Words { utterance, words: words.clone() });
        self.told.insert(device, Told { utterance, words });
        self.next(cx);
    }
}

impl Process for Gateway {
    type Message = Voice;

    fn on_message(&mut self, cx: &mut Context<'_, Voice>, from: NodeId, message: Voice) {
        match message {
            Voice::Utterance { utterance, scatter, frames } => {
                self.take(cx, Asked { device: from, utterance, scatter, frames });
            }
            Voice::Syllable { utterance, heard } => {
                self.hear(cx, from, false);
                self.gather(cx, from, utterance, heard);
            }
            Voice::Here { idle } => self.hear(cx, from, idle),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Voice>, timer: Timer) {
        match timer.name {
            gather::REASSIGN => self.reassign(cx, NodeId(timer.key as u32)),
            gather::HEDGE => self.hedge(cx, timer.key as u16),
            _ => self.computed(cx),
        }
    }

    fn heap_bytes(&self) -> usize {
        let at_hand = self.job.iter().map(|job| &job.asked);
        let frames: usize = at_hand.chain(&self.waiting).map(|asked| asked.frames.len()).sum();
        let words: usize = self.told.values().map(|told| told.words.len()).sum();
        frames * size_of::<Frame>()
            + (words + self.gathered().len()) * size_of::<Heard>()
            + self.crew.heap_bytes()
            + self.frame_times.len() * size_of::<Duration>()
            + self.measured.len() * size_of::<(u64, Measured)>()
    }

    fn look(&self) -> Look {
        let stage = match self.job.as_ref().map(|job| job.stage) {
            None => word!("fact.idle"),
            Some(Stage::Preparing) => word!("fact.preparing"),
            Some(Stage::Alone) => word!("fact.alone"),
            Some(Stage::Gathering) => word!("fact.gathering"),
            Some(Stage::Joining) => word!("fact.joining"),
        };
        let mut look = Look::default()
            .fact(word!("fact.stage"), stage)
            .fact(word!("fact.silent"), self.crew.silent().collect::<Vec<_>>())
            .fact(word!("fact.reassigned"), self.reassigned)
            .fact(word!("fact.hedged"), self.hedged)
            .fact(word!("fact.hedges-won"), self.hedges_won);
        if let Some(time) = self.usual_frame_time() {
            look = look.fact(word!("fact.frame-time"), time);
        }
        let Some(job) = &self.job else { return look };
        let (gathered, frames) = (job.gathered.len(), job.asked.frames.len());
        look.badge(format!("{gathered}/{frames}")).gauge(None, gathered as u32, frames as u32)
    }
}
