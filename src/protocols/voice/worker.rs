//! A worker: it recognises frames one after the other.

use std::collections::VecDeque;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::word;

use super::{Frame, GATEWAY, Heard, Voice, computing, sound};

/// One that recognises frames for others.
#[derive(Clone, Debug, Default)]
pub struct Worker {
    /// What it was asked for, the first being computed.
    queue: VecDeque<Task>,
    /// How many waited at most since it was last idle.
    most: usize,
    recognised: u64,
}

#[derive(Clone, Debug)]
struct Task {
    asked_by: NodeId,
    utterance: u64,
    frame: u16,
    sound: Frame,
    work: u64,
}

const COMPUTE: Timer = timer("compute");

impl Worker {
    /// How many frames it recognised since it started.
    pub fn recognised(&self) -> u64 {
        self.recognised
    }

    /// How many frames it has, with the one it is at.
    pub fn frames(&self) -> usize {
        self.queue.len()
    }

    /// Where in the queue a frame is.
    fn place(&self, asked_by: NodeId, utterance: u64, frame: u16) -> Option<usize> {
        let asked = (asked_by, utterance, frame);
        self.queue.iter().position(|task| (task.asked_by, task.utterance, task.frame) == asked)
    }

    /// Takes a frame on, unless it has it already.
    fn take(&mut self, cx: &mut Context<'_, Voice>, task: Task) {
        if self.place(task.asked_by, task.utterance, task.frame).is_some() {
            return;
        }
        self.queue.push_back(task);
        self.most = self.most.max(self.queue.len());
        if self.queue.len() == 1 {
            self.begin(cx);
        }
    }

    fn begin(&mut self, cx: &mut Context<'_, Voice>) {
        match self.queue.front() {
            Some(task) => {
                let length = computing(task.work, cx.settings().count("speed"));
                cx.set_timer(COMPUTE, length);
            }
            None => self.most = 0,
        }
    }

    fn leave(&mut self, cx: &mut Context<'_, Voice>, place: usize) {
        self.queue.remove(place);
        if place == 0 {
            cx.cancel_timer(COMPUTE);
            self.begin(cx);
        }
    }
}

impl Process for Worker {
    type Message = Voice;

    fn on_message(&mut self, cx: &mut Context<'_, Voice>, from: NodeId, message: Voice) {
        match message {
            Voice::Frame { utterance, frame, sound, work } => {
                self.take(cx, Task { asked_by: from, utterance, frame, sound, work });
            }
            Voice::Leave { utterance, frame } => {
                if let Some(place) = self.place(from, utterance, frame) {
                    self.leave(cx, place);
                }
            }
            Voice::Ping => cx.send(from, &Voice::Here { idle: self.queue.is_empty() }),
            _ => {}
        }
    }

    /// The frame is computed.
    fn on_timer(&mut self, cx: &mut Context<'_, Voice>, _: Timer) {
        let Some(task) = self.queue.pop_front() else { return };
        self.recognised += 1;
        let heard = Heard { frame: task.frame, syllable: sound::recognise(&task.sound) };
        cx.send(task.asked_by, &Voice::Syllable { utterance: task.utterance, heard });
        self.begin(cx);
    }

    /// What it had is forgotten, and it says so, for the gateway may still wait for it.
    fn on_restart(&mut self, cx: &mut Context<'_, Voice>) {
        if let Some(gateway) = cx.nodes_with_role(GATEWAY).first() {
            cx.send(*gateway, &Voice::Here { idle: true });
        }
    }

    fn heap_bytes(&self) -> usize {
        self.queue.len() * size_of::<Task>()
    }

    fn look(&self) -> Look {
        let look = Look::default()
            .fact(word!("fact.frames-to-do"), self.queue.len() as u64)
            .fact(word!("fact.frames-recognised"), self.recognised)
            .gauge(None, self.queue.len() as u32, self.most.max(1) as u32);
        match self.queue.len() {
            0 => look,
            frames => look.badge(frames.to_string()),
        }
    }
}
