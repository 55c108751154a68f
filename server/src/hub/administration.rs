//! What those ask who administer the server: whom it keeps out, what was reported, what was done.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::Quota;
use ipnet::IpNet;
use shared::{RoomId, SanctionKind, Seq, Username};

use super::moderation::sound;
use super::networks::network;
use super::paces::Paces;
use super::permission::{self, MessageAction, ServerAction};
use super::{Caller, Hub, Refusal, SessionId, Terms, texts};
use crate::store::{Deed, DeedKind, FiledReport, Message, Report, Resolved, Room, Sanction, Target, Timestamp};

/// How many reports an address may make a minute. They hold what was said, and somebody has to read them.
const REPORTS_A_MINUTE: u32 = 10;

/// How fast may be reported, by network.
#[must_use]
pub fn reporting() -> Paces<IpAddr> {
    Paces::new(Quota::per_minute(NonZeroU32::new(REPORTS_A_MINUTE).unwrap_or(NonZeroU32::MIN)))
}

impl Hub {
    /// Whom the server keeps out, each ban with its number.
    ///
    /// # Errors
    /// [`Refusal::NotAnAdmin`].
    pub async fn server_bans(&self, caller: &Caller) -> Result<Vec<(i64, Sanction)>, Refusal> {
        self.allow_admin(ServerAction::Sanction, caller)?;
        let (order, now) = (self.inner.store.order().await.map_err(|error| Self::unavailable(&error))?, self.now());
        let of_server = |(_, sanction): &(i64, Sanction)| sanction.room.is_none() && sanction.holds(now);
        Ok(order.sanctions.into_iter().filter(of_server).collect())
    }

    /// Keeps a user or a network out of the server; connections it concerns are closed at once.
    ///
    /// # Errors
    /// [`Refusal::NotAnAdmin`], [`Refusal::Outranked`] for another administrator, [`Refusal::NoSuchUser`] and
    /// [`Refusal::BadField`].
    pub async fn ban_from_server(
        &self,
        caller: &Caller,
        whom: Target,
        terms: Terms,
    ) -> Result<(i64, Sanction), Refusal> {
        self.allow_admin(ServerAction::Sanction, caller)?;
        let since = self.now();
        let terms = sound(terms, since)?;
        match &whom {
            Target::User(name) if self.is_admin(name) => return Err(Refusal::Outranked),
            Target::User(name) => drop(self.user(name).await?.ok_or(Refusal::NoSuchUser)?),
            Target::Network(network) => check_network(network, caller)?,
        }
        let deed = self.deed_of(caller, DeedKind::ServerBanned).to(&whom).because(&terms);
        let Terms { until, reason } = terms;
        let by = Some(caller.name.clone());
        let kind = SanctionKind::Ban;
        let sanction = Sanction { kind, room: None, whom: whom.clone(), until, reason, by, since };
        self.inner.store.impose(&sanction, &deed).await.map_err(|error| Self::unavailable(&error))?;
        self.change_rules().await.map_err(|error| Self::unavailable(&error))?;
        let bans = self.server_bans(caller).await?;
        bans.into_iter().rev().find(|(_, ban)| ban.since == since).ok_or(Refusal::Unavailable)
    }

    /// Lets in again whom a ban of that number keeps out.
    ///
    /// # Errors
    /// [`Refusal::NotAnAdmin`] and [`Refusal::NoSuch`].
    pub async fn lift_server_ban(&self, caller: &Caller, id: i64) -> Result<(), Refusal> {
        let bans = self.server_bans(caller).await?;
        let (_, ban) = bans.into_iter().find(|(number, _)| *number == id).ok_or(Refusal::NoSuch("ban"))?;
        let deed = self.deed_of(caller, DeedKind::ServerUnbanned).to(&ban.whom);
        let lifted = self.inner.store.lift(SanctionKind::Ban, None, &ban.whom, &deed).await;
        if !lifted.map_err(|error| Self::unavailable(&error))? {
            return Err(Refusal::NoSuch("ban"));
        }
        self.change_rules().await.map_err(|error| Self::unavailable(&error))
    }

    /// What was reported, newest first.
    ///
    /// # Errors
    /// [`Refusal::NotAnAdmin`].
    pub async fn reports(&self, caller: &Caller) -> Result<Vec<FiledReport>, Refusal> {
        self.allow_admin(ServerAction::Review, caller)?;
        let mut reports = self.inner.store.reports().await.map_err(|error| Self::unavailable(&error))?;
        reports.reverse();
        Ok(reports)
    }

    /// Says that a report is dealt with.
    ///
    /// # Errors
    /// [`Refusal::NotAnAdmin`] and [`Refusal::NoSuch`].
    pub async fn resolve_report(&self, caller: &Caller, id: i64) -> Result<(), Refusal> {
        let reports = self.reports(caller).await?;
        let filed = reports.into_iter().find(|filed| filed.id == id).ok_or(Refusal::NoSuch("report"))?;
        let deed = self.deed_of(caller, DeedKind::ReportResolved).to(&filed.report.reported);
        let deed = deed.noting(format!("report {id} of {}", filed.report.reporter));
        let resolved = Resolved { by: caller.name.clone(), at: self.now() };
        let set = self.inner.store.resolve_report(id, &resolved, &deed).await;
        if set.map_err(|error| Self::unavailable(&error))? { Ok(()) } else { Err(Refusal::NoSuch("report")) }
    }

    /// What was done since then, newest first, at most 1,000 of it.
    ///
    /// # Errors
    /// [`Refusal::NotAnAdmin`].
    pub async fn deeds(&self, caller: &Caller, since: Timestamp, limit: u32) -> Result<Vec<Deed>, Refusal> {
        self.allow_admin(ServerAction::Audit, caller)?;
        self.deeds_since(since, limit).await
    }

    /// Whether somebody administers the server.
    #[must_use]
    pub fn is_admin(&self, name: &Username) -> bool {
        self.inner.live.lock().rules.is_admin(name)
    }

    fn allow_admin(&self, action: ServerAction, caller: &Caller) -> Result<(), Refusal> {
        permission::check_server(action, !caller.guest && self.is_admin(&caller.name))
    }

    /// Whether somebody does not report too fast.
    pub(super) fn check_reports(&self, session: SessionId) -> Result<(), Refusal> {
        let address = self.inner.live.lock().people.connection(session).map(|connection| connection.traits.address);
        let fits = address.is_none_or(|address| self.inner.reporting.take(&network(address)));
        if fits { Ok(()) } else { Err(Refusal::TooFast) }
    }

    pub(super) async fn report_message(
        &self,
        session: SessionId,
        room: RoomId,
        seq: Seq,
        note: String,
    ) -> Result<(), Refusal> {
        let note = texts::note(&note)?;
        self.check_reports(session)?;
        let (_, message) = self.message_for(MessageAction::Report, session, room, seq).await?;
        let (reporter, reported) = (self.name_of(session)?, message.sender.clone());
        let report = Report { time: self.now(), reporter, reported, note, messages: vec![message], resolved: None };
        self.inner.store.add_report(&report).await.map_err(|error| Self::unavailable(&error))
    }

    /// What is noted where a message is deleted by somebody who did not say it.
    pub(super) fn deletion(&self, session: SessionId, room: &Room, message: &Message) -> Deed {
        let deed = self.deed(session, DeedKind::MessageDeleted).to(&message.sender).in_room(room);
        deed.noting(format!("message {}", message.seq))
    }
}

/// Nobody shuts himself out by mistake.
fn check_network(network: &IpNet, caller: &Caller) -> Result<(), Refusal> {
    if network.contains(&caller.address.to_canonical()) {
        return Err(Refusal::BadField { field: "network", problem: "is where you are yourself" });
    }
    Ok(())
}
