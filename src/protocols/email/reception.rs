//! The side that takes mail: gives out tickets, and answers each content once, however often it arrives.

use crate::sim::network::NodeId;
use crate::sim::process::Context;
use crate::sorted::Map;

use super::{Envelope, Smtp, code};

/// The dialogues that this side takes part in. They are forgotten in a crash, as connections are.
#[derive(Clone, Debug, Default)]
pub(super) struct Reception {
    visits: Map<u64, Visit>,
    last_ticket: u64,
}

/// A dialogue that was answered 354.
#[derive(Clone, Debug)]
struct Visit {
    client: NodeId,
    dialogue: u64,
    envelope: Envelope,
    progress: Progress,
}

#[derive(Clone, Copy, Debug)]
enum Progress {
    /// The content is still to come.
    Awaited,
    /// It is on its way to the disk.
    Storing,
    /// It was answered so.
    Answered(u16),
}

/// So many dialogues are remembered; a content that comes later than that is turned away, which leaves its sender in doubt.
const REMEMBERED: usize = 256;

impl Reception {
    /// Tickets begin at the microsecond of the start, so that a restarted node never gives one twice.
    pub(super) fn start(&mut self, cx: &Context<'_, Smtp>) {
        self.last_ticket = cx.now().as_micros();
    }

    /// Answers an envelope: go on, or a refusal.
    pub(super) fn welcome(
        &mut self,
        cx: &mut Context<'_, Smtp>,
        (client, dialogue): (NodeId, u64),
        envelope: Envelope,
        refusal: Option<u16>,
    ) {
        if let Some(code) = refusal {
            return cx.reach(client, &Smtp::Reply { dialogue, ticket: 0, code });
        }
        self.last_ticket += 1;
        let ticket = self.last_ticket;
        self.visits.insert(ticket, Visit { client, dialogue, envelope, progress: Progress::Awaited });
        let oldest = self.visits.keys().next().copied().filter(|_| self.visits.len() > REMEMBERED);
        oldest.into_iter().for_each(|oldest| drop(self.visits.remove(&oldest)));
        cx.reach(client, &Smtp::Reply { dialogue, ticket, code: code::GO_ON });
    }

    /// A content came: gives the envelope that it belongs in, if this is the first time. Otherwise it answers by itself.
    pub(super) fn admit(
        &mut self,
        cx: &mut Context<'_, Smtp>,
        (client, dialogue): (NodeId, u64),
        ticket: u64,
    ) -> Option<Envelope> {
        let visit =
            self.visits.get(&ticket).filter(|visit| (visit.client, visit.dialogue) == (client, dialogue));
        let repeated = match visit.map(|visit| (visit.progress, &visit.envelope)) {
            Some((Progress::Awaited, envelope)) => return Some(envelope.clone()),
            Some((Progress::Storing, _)) => return None,
            Some((Progress::Answered(code), _)) => code,
            None => code::CLOSING,
        };
        cx.reach(client, &Smtp::Reply { dialogue, ticket, code: repeated });
        None
    }

    /// The content of this ticket is on its way to the disk.
    pub(super) fn storing(&mut self, ticket: u64) {
        self.progress(ticket, Progress::Storing);
    }

    /// Answers the content of this ticket.
    pub(super) fn answer(&mut self, cx: &mut Context<'_, Smtp>, ticket: u64, code: u16) {
        if let Some((client, dialogue)) = self.progress(ticket, Progress::Answered(code)) {
            cx.reach(client, &Smtp::Reply { dialogue, ticket, code });
        }
    }

    fn progress(&mut self, ticket: u64, progress: Progress) -> Option<(NodeId, u64)> {
        let visit = self.visits.get_mut(&ticket)?;
        visit.progress = progress;
        Some((visit.client, visit.dialogue))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        128 * self.visits.len()
    }
}
