//! Another primary takes over (section 4.4).

use crate::phrase;
use crate::sim::process::Context;

use super::super::Pbft;
use super::super::group::what_follows;
use super::super::message::{NewView, PrePrepare, ViewChange};
use super::super::sign::Secret;
use super::Replica;

impl Replica {
    /// Stops taking part in its view, asks for another and shows all that was prepared.
    pub(super) fn ask_for_view(&mut self, cx: &mut Context<'_, Pbft>, view: u64) {
        (self.view, self.active) = (view, false);
        self.attempts += 1;
        self.stop_timers(cx);
        let mut change = ViewChange {
            view,
            stable: self.stable,
            proof: self.proof.clone(),
            prepared: self.log.certificates(),
            from: self.me,
            signature: 0,
        };
        Secret::of(self.me()).sign(&mut change);
        cx.note(phrase!("note.pbft-asks", view = view, primary = cx.name(self.group.primary(view))));
        self.multicast(cx, &Pbft::ViewChange(change.clone()));
        self.view_changes.insert(self.me, change);
        self.begin_view(cx);
    }

    pub(super) fn on_view_change(&mut self, cx: &mut Context<'_, Pbft>, change: ViewChange) {
        let known = self.view_changes.get(&change.from);
        let is_past = change.view < self.view || (change.view == self.view && self.active);
        if is_past
            || known.is_some_and(|known| known.view >= change.view)
            || !self.group.is_view_change(&change)
        {
            return;
        }
        self.view_changes.insert(change.from, change);
        // With f + 1 an honest one is among them, so it is no false alarm: it joins, even if it has not waited for long.
        let later = self.view_changes.values().map(|change| change.view).filter(|view| *view > self.view);
        let views: Vec<u64> = later.collect();
        if views.len() >= self.group.some_honest()
            && let Some(next) = views.into_iter().min()
        {
            return self.ask_for_view(cx, next);
        }
        self.begin_view(cx);
    }

    /// Those who ask for the view that this replica asks for, itself among them.
    pub(super) fn askers_of_my_view(&self) -> impl Iterator<Item = &ViewChange> {
        self.view_changes.values().filter(|change| change.view == self.view)
    }

    /// As the primary of the view that is asked for, begins it once 2f + 1 ask.
    fn begin_view(&mut self, cx: &mut Context<'_, Pbft>) {
        let (view, quorum) = (self.view, self.group.quorum());
        let is_mine = !self.active && self.group.primary(view) == self.me();
        if !is_mine || self.askers_of_my_view().count() < quorum {
            return;
        }
        let view_changes: Vec<ViewChange> = self.askers_of_my_view().take(quorum).cloned().collect();
        let follows = what_follows(&view_changes);
        let propose = |(sequence, request)| PrePrepare::new(self.me(), view, sequence, request);
        let pre_prepares = follows.into_iter().map(propose).collect();
        let mut new = NewView { view, view_changes, pre_prepares, from: self.me, signature: 0 };
        Secret::of(self.me()).sign(&mut new);
        self.multicast(cx, &Pbft::NewView(new.clone()));
        self.enter(cx, new);
    }

    pub(super) fn on_new_view(&mut self, cx: &mut Context<'_, Pbft>, new: NewView) {
        if new.view < self.view || (new.view == self.view && self.active) {
            return;
        }
        if !self.group.is_new_view(&new) {
            return cx.note(phrase!("note.pbft-refuses-view", view = new.view));
        }
        self.enter(cx, new);
    }

    /// Takes part in a view, beginning with what its primary had to propose.
    fn enter(&mut self, cx: &mut Context<'_, Pbft>, new: NewView) {
        self.stop_timers(cx);
        (self.view, self.active, self.heard_newer, self.asks_left) = (new.view, true, false, 0);
        cx.note(phrase!(
            "note.pbft-enters",
            view = new.view,
            primary = cx.name(self.group.primary(new.view))
        ));
        // If others have forgotten what this replica has not executed yet, it has to ask for their state.
        let highest = new.view_changes.iter().max_by_key(|change| change.stable);
        let proof = highest.map_or_else(Vec::new, |change| change.proof.clone());
        proof.into_iter().for_each(|statement| self.add_checkpoint(statement));
        let lowest = highest.map_or(0, |change| change.stable).max(self.stable);
        self.next = new.pre_prepares.iter().map(|it| it.statement.sequence).fold(lowest, u64::max);
        self.view_changes.retain(|_, change| change.view > new.view);
        self.new_view = Some(new);
        self.adopt_proposals(cx);
    }

    /// Accepts what its view began with, as far as it lies between the water marks.
    pub(super) fn adopt_proposals(&mut self, cx: &mut Context<'_, Pbft>) {
        let view = self.view;
        let began = self.new_view.as_ref().filter(|new| new.view == view && self.active);
        let proposals: Vec<PrePrepare> = began.map_or_else(Vec::new, |new| new.pre_prepares.clone());
        for proposal in proposals {
            let sequence = proposal.statement.sequence;
            if self.in_window(sequence) && self.log.slot(sequence).proposal_in(view).is_none() {
                self.accept(cx, proposal);
            }
        }
    }
}
