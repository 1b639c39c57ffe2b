//! Scatter and gather: frames go to workers, syllables come back, and what does not come back goes to someone else.

use crate::phrase;
use crate::protocols::voice::crew::Copy;
use crate::protocols::voice::{Heard, Voice, WORKER};
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Timer};
use crate::sim::time::Duration;
use crate::sorted::sort_by_key;

use super::{FRAME_TIMES_AT_MOST, Gateway, Stage};

/// A worker was not heard of for too long. The key is the worker's number.
pub(super) const REASSIGN: &str = "reassign";
/// A frame was not answered for so long that a second worker shall try. The key is the frame's number.
pub(super) const HEDGE: &str = "hedge";
/// A silent worker is asked again after at most this often twice the time.
const DOUBLED_AT_MOST: u32 = 6;

impl Gateway {
    /// Divides the frames among the workers in use, in turn.
    pub(super) fn scatter(&mut self, cx: &mut Context<'_, Voice>) {
        let workers = self.crew.heard_of(in_use(cx));
        let Some(job) = &mut self.job else { return };
        job.workers = workers.len() as u64;
        let frames = job.asked.frames.len() as u16;
        for (frame, worker) in (0..frames).zip(workers.iter().cycle()) {
            self.hand(cx, frame, *worker, false);
        }
        let patience = cx.settings().duration("hedge");
        if patience > Duration::ZERO {
            (0..frames).for_each(|frame| cx.set_timer(Timer { name: HEDGE, key: frame.into() }, patience));
        }
        let silent: Vec<_> = self.crew.silent().filter(|worker| !workers.contains(worker)).collect();
        silent.into_iter().for_each(|worker| ask(cx, worker, 0));
    }

    /// Sends a frame to a worker. The worker's patience counts from the first one that it has.
    fn hand(&mut self, cx: &mut Context<'_, Voice>, frame: u16, worker: NodeId, hedge: bool) {
        let Some(job) = &self.job else { return };
        let Some(sound) = job.asked.frames.get(usize::from(frame)).cloned() else { return };
        let (utterance, work) = (job.asked.utterance, job.work_per_frame());
        cx.send(worker, &Voice::Frame { utterance, frame, sound, work });
        if self.crew.load(worker) == 0 {
            let patience = cx.settings().duration("reassign");
            cx.set_timer(reassign_of(worker), patience);
        }
        self.crew.hand(Copy { frame, worker, sent_at: cx.now(), hedge, given_up: false });
    }

    /// Takes the first answer for each frame of the utterance at hand.
    pub(super) fn gather(&mut self, cx: &mut Context<'_, Voice>, from: NodeId, utterance: u64, heard: Heard) {
        let Some(job) = &mut self.job else { return };
        let asked_for = job.stage == Stage::Gathering && job.asked.utterance == utterance;
        let is_frame = usize::from(heard.frame) < job.asked.frames.len();
        let is_first = job.gathered.iter().all(|known| known.frame != heard.frame);
        if !(asked_for && is_frame && is_first) {
            return;
        }
        job.gathered.push(heard);
        let is_last = job.gathered.len() == job.asked.frames.len();
        cx.cancel_timer(Timer { name: HEDGE, key: heard.frame.into() });
        let (copy, others) = self.crew.answered(heard.frame, from);
        for worker in others {
            cx.send(worker, &Voice::Leave { utterance, frame: heard.frame });
            self.rest(cx, worker);
        }
        self.rest(cx, from);
        if let Some(copy) = copy {
            self.hedges_won += u64::from(copy.hedge);
            self.keep_frame_time(cx.now().since(copy.sent_at));
        }
        if is_last {
            self.stop_asking(cx);
            self.join(cx);
        } else if self.crew.load(from) > 0 {
            let patience = cx.settings().duration("reassign");
            cx.set_timer(reassign_of(from), patience);
        }
    }

    /// A worker that has nothing more to do is not waited for.
    fn rest(&self, cx: &mut Context<'_, Voice>, worker: NodeId) {
        if self.crew.load(worker) == 0 && !self.crew.is_silent(worker) {
            cx.cancel_timer(reassign_of(worker));
        }
    }

    /// A worker was heard of.
    pub(super) fn hear(&mut self, cx: &mut Context<'_, Voice>, from: NodeId, idle: bool) {
        let was_silent = self.crew.hear(from, idle);
        if was_silent || idle {
            cx.cancel_timer(reassign_of(from));
        }
        if self.is_gathering() {
            if was_silent && self.crew.load(from) > 0 {
                let patience = cx.settings().duration("reassign");
                cx.set_timer(reassign_of(from), patience);
            }
            self.hand_out_the_rest(cx);
        }
    }

    /// A worker was not heard of for too long. Its frames go to others, and it is asked whether it is there.
    pub(super) fn reassign(&mut self, cx: &mut Context<'_, Voice>, worker: NodeId) {
        if !self.is_gathering() {
            return;
        }
        if !self.crew.is_silent(worker) {
            cx.note(phrase!("note.worker-silent", worker = cx.name(worker), n = self.crew.load(worker)));
        }
        let times = self.crew.fall_silent(worker);
        ask(cx, worker, times);
        self.hand_out_the_rest(cx);
    }

    /// Gives every frame that is not recognised, and that no worker is counted on for, to a worker that is heard of.
    fn hand_out_the_rest(&mut self, cx: &mut Context<'_, Voice>) {
        let Some(job) = &self.job else { return };
        let recognised = |frame: u16| job.gathered.iter().any(|heard| heard.frame == frame);
        let frames = job.asked.frames.len() as u16;
        let left: Vec<u16> =
            (0..frames).filter(|frame| !recognised(*frame) && !self.crew.has(*frame)).collect();
        for frame in left {
            let Some(worker) = self.crew.least_loaded(in_use(cx), frame) else { return };
            self.hand(cx, frame, worker, false);
            self.reassigned += 1;
            if let Some(job) = &mut self.job {
                job.reassigned += 1;
            }
        }
    }

    /// A frame takes long: a second worker shall try as well.
    pub(super) fn hedge(&mut self, cx: &mut Context<'_, Voice>, frame: u16) {
        if self.is_gathering()
            && self.crew.has(frame)
            && let Some(worker) = self.crew.least_loaded(in_use(cx), frame)
        {
            self.hand(cx, frame, worker, true);
            self.hedged += 1;
        }
    }

    /// Lets the utterance at hand go, unanswered.
    pub(super) fn abandon(&mut self, cx: &mut Context<'_, Voice>) {
        cx.cancel_timer(super::COMPUTE);
        self.stop_asking(cx);
        let Some(job) = self.job.take() else { return };
        let utterance = job.asked.utterance;
        (0..job.asked.frames.len() as u64).for_each(|key| cx.cancel_timer(Timer { name: HEDGE, key }));
        for Copy { frame, worker, .. } in self.crew.dismiss() {
            cx.send(worker, &Voice::Leave { utterance, frame });
        }
    }

    /// No worker is waited for any more.
    fn stop_asking(&self, cx: &mut Context<'_, Voice>) {
        cx.nodes_with_role(WORKER).iter().for_each(|worker| cx.cancel_timer(reassign_of(*worker)));
    }

    fn keep_frame_time(&mut self, time: Duration) {
        if self.frame_times.len() == FRAME_TIMES_AT_MOST {
            self.frame_times.pop_front();
        }
        self.frame_times.push_back(time);
    }

    /// What 95 of the last 100 frames took at most: after this long a second copy would be sent for few frames only.
    pub(super) fn usual_frame_time(&self) -> Option<Duration> {
        let mut times: Vec<_> = self.frame_times.iter().copied().collect();
        sort_by_key(&mut times, |time| *time);
        times.get((times.len() * 95).div_ceil(100).checked_sub(1)?).copied()
    }
}

/// The workers that the gateway may use, in order.
fn in_use<'a>(cx: &Context<'a, Voice>) -> &'a [NodeId] {
    let all = cx.nodes_with_role(WORKER);
    &all[..all.len().min(cx.settings().count("workers") as usize)]
}

const fn reassign_of(worker: NodeId) -> Timer {
    Timer { name: REASSIGN, key: worker.0 as u64 }
}

/// Asks a silent worker whether it is there, and again after a while that doubles each time.
fn ask(cx: &mut Context<'_, Voice>, worker: NodeId, times: u32) {
    cx.send(worker, &Voice::Ping);
    let patience = cx.settings().duration("reassign") * (1 << times.min(DOUBLED_AT_MOST));
    cx.set_timer(reassign_of(worker), patience);
}
