//! Times, and the clock that they come from.

use crate::diagnosis::checks::{Check, Status, Wanted};
use crate::diagnosis::fact::Fact;
use crate::diagnosis::fault::{Class, Fault};
use crate::diagnosis::inspection::{Inspection, Time};
use crate::diagnosis::sentence::{Sentence, say};
use crate::diagnosis::{Diagnosis, Subject};
use crate::time::NumericDate;
use crate::time::fault::TimeFault;

/// What the server's clock showed when it judged, as closely as it is known.
#[derive(Clone, Copy)]
pub(super) struct Now {
    pub(super) low: u64,
    high: u64,
    /// Whether that is sure: by the server's own date, or by a clock of known uncertainty.
    sure: bool,
}

impl Now {
    const fn class(self) -> Class {
        if self.sure { Class::Proven } else { Class::Consistent }
    }
}

/// What an assertion says of times, in seconds.
#[derive(Clone, Copy)]
struct Times {
    exp: Option<u64>,
    iat: Option<u64>,
    nbf: Option<u64>,
}

impl Times {
    /// The same by a clock that is not ahead by so many seconds.
    fn corrected(self, ahead: i64) -> Self {
        let correct = |time: u64| time.saturating_add_signed(ahead.saturating_neg());
        Self { exp: self.exp.map(correct), iat: self.iat.map(correct), nbf: self.nbf.map(correct) }
    }
}

/// More than a server has reason to tolerate, in seconds: RFC 7519 section 4.1.4 speaks of a few minutes.
const INTOLERABLE: u64 = 300;

impl<'e> Diagnosis<'e> {
    /// The `Date` of the answer, unless it came from a cache.
    pub(in crate::diagnosis) fn server_date(&self) -> Option<u64> {
        let answer = self.evidence.answer.filter(|answer| !answer.cached)?;
        NumericDate::from_http_date(answer.date?).ok().map(NumericDate::as_seconds)
    }

    pub(super) fn now(&self) -> Option<Now> {
        if let Some(date) = self.server_date() {
            return Some(Now { low: date.saturating_sub(1), high: date.saturating_add(1), sure: true });
        }
        let sent = self.evidence.sent_at?;
        let until = self.evidence.received_at.unwrap_or(sent).max(sent);
        let bound = u64::from(self.evidence.uncertainty.unwrap_or(60));
        let high = until.saturating_add(bound).saturating_add(1);
        Some(Now { low: sent.saturating_sub(bound), high, sure: self.evidence.uncertainty.is_some() })
    }

    /// By how many seconds the device's clock is ahead of the server's, where that is more than the two readings allow.
    pub(in crate::diagnosis) fn skew(&self) -> Option<i64> {
        let date = self.server_date()?;
        let sent = self.evidence.sent_at?;
        let received = self.evidence.received_at.unwrap_or(sent).max(sent);
        let round_trip = received.saturating_sub(sent);
        let middle = sent.saturating_add(round_trip / 2);
        let bound =
            round_trip.div_ceil(2).saturating_add(1).saturating_add(self.evidence.uncertainty.unwrap_or(0).into());
        let ahead = middle.cast_signed().saturating_sub(date.cast_signed());
        (ahead.unsigned_abs() > bound).then_some(ahead)
    }

    pub(super) fn times(&mut self, x: &Inspection<'e>, subject: Subject) {
        let (exp, iat, nbf) = (x.expiration().time(), x.issued_at().time(), x.not_before().time());
        let behaviour = self.behaviour();
        let odd_unit = self.units(exp, iat, nbf, subject);
        match exp {
            Time::Absent => {
                self.fail(
                    Check::Expiration,
                    Fault::ExpMissing,
                    Class::Proven,
                    subject,
                    &[Fact::Is(say!("exp is absent"))],
                );
            }
            Time::Wrong => self.set(Check::Expiration, Status::Failed),
            Time::Seconds(_) => {}
        }
        if iat == Time::Absent && behaviour.iat_required == Some(true) {
            let facts = [Fact::Is(say!("iat is absent, and this server requires it"))];
            self.fail(Check::IssuedAt, Fault::IatMissing, Class::Proven, subject, &facts);
        }
        if nbf == Time::Absent {
            if behaviour.nbf_required == Some(true) || self.evidence.profile.is_some_and(|profile| profile.not_before) {
                let facts = [Fact::Is(say!("nbf is absent, and this server requires it"))];
                self.fail(Check::NotBefore, Fault::NbfRequired, Class::Proven, subject, &facts);
            } else {
                self.set(Check::NotBefore, Status::Passed);
            }
        }
        if let (Some(exp), start) = (exp.seconds(), iat.seconds().max(nbf.seconds()))
            && let Some(start) = start
            && exp <= start
        {
            let facts = [Fact::Is(say!("exp is not later than iat and nbf: it is valid at no time"))];
            self.fail(Check::Lifetime, Fault::LifetimeInvalid, Class::Proven, subject, &facts);
        }
        let times = Times { exp: exp.seconds(), iat: iat.seconds(), nbf: nbf.seconds() };
        match self.now() {
            None => {
                for (check, time) in [(Check::Expiration, exp), (Check::NotBefore, nbf), (Check::IssuedAt, iat)] {
                    if time.seconds().is_some() {
                        self.set(check, Status::NotDecidable(Wanted::Time));
                    }
                }
                self.set(Check::Clock, Status::NotDecidable(Wanted::Time));
                self.lifetime(times, None, subject);
            }
            Some(now) => {
                // What follows from a wrong unit is no cause of its own.
                let now = Now { sure: now.sure && !odd_unit, ..now };
                self.against(times, now, subject);
                self.lifetime(times, Some(now), subject);
                if !odd_unit {
                    self.clock(times, now, subject);
                }
            }
        }
    }

    /// Whether a time is in another unit, from another epoch, or no time at all.
    fn units(&mut self, exp: Time, iat: Time, nbf: Time, subject: Subject) -> bool {
        let (check, fault) = (Check::TimeUnit, Fault::TimeUnit);
        let mut odd = false;
        for (time, wrong, large) in [
            (exp, say!("exp is no number of seconds"), say!("exp is too large for seconds: milliseconds?")),
            (iat, say!("iat is no number of seconds"), say!("iat is too large for seconds: milliseconds?")),
            (nbf, say!("nbf is no number of seconds"), say!("nbf is too large for seconds: milliseconds?")),
        ] {
            match time {
                Time::Wrong => {
                    self.fail(check, fault, Class::Proven, subject, &[Fact::Is(wrong)]);
                    odd = true;
                }
                Time::Seconds(seconds) if seconds >= crate::time::FIRST_MILLISECONDS => {
                    self.fail(check, fault, Class::Proven, subject, &[Fact::Is(large)]);
                    odd = true;
                }
                _ => {}
            }
        }
        if odd {
            return true;
        }
        // The time at which it was minted, or one that is not far from it.
        let minted = iat.seconds().or(nbf.seconds()).or(exp.seconds());
        let now = self.now().filter(|now| now.sure).and_then(|now| NumericDate::from_seconds(now.low).ok());
        if let (Some(minted), Some(now)) = (minted, now) {
            let epoch = TimeFault::classify(minted, now);
            if matches!(epoch, TimeFault::Epoch2000 | TimeFault::Epoch2001 | TimeFault::Ntp | TimeFault::Gps) {
                self.fail(check, fault, Class::Proven, subject, &[Fact::Clock(epoch)]);
                return true;
            }
        }
        let present = [exp, iat, nbf].iter().any(|time| time.seconds().is_some());
        self.pass_if(check, present && now.is_some(), Wanted::Time);
        false
    }

    fn expiry_tolerance(&self) -> u64 {
        self.evidence.profile.and_then(|profile| profile.expiry_tolerance).unwrap_or(0).into()
    }

    fn future_tolerance(&self) -> Option<u64> {
        self.evidence.profile.and_then(|profile| profile.future_tolerance).map(u64::from)
    }

    /// The seconds since `exp`, if the server takes it no longer.
    fn expired(&self, exp: u64, now: Now) -> Option<u64> {
        // For the tolerance from `exp` on it is still taken.
        (exp.saturating_add(self.expiry_tolerance()) <= now.low).then(|| now.low.saturating_sub(exp))
    }

    /// The seconds until a time that the server does not take yet.
    fn early(&self, time: u64, now: Now) -> Option<u64> {
        let latest = now.high.saturating_add(self.future_tolerance().unwrap_or(0));
        (time > latest).then(|| time.saturating_sub(now.high))
    }

    /// How surely `iat` is too early, and by how many seconds: not every server looks at it.
    fn issued_in_future(&self, iat: u64, now: Now) -> Option<(Class, u64)> {
        let early = self.early(iat, now)?;
        match (self.behaviour().iat_ahead_refused, self.future_tolerance()) {
            (Some(false), _) => None,
            (Some(true), Some(_)) => Some((now.class(), early)),
            _ => Some((Class::Consistent, early)),
        }
    }

    /// The same of an `iat` that is too old.
    fn issued_too_long_ago(&self, times: Times, now: Now) -> Option<(Class, u64)> {
        let (iat, limit) = (times.iat?, self.behaviour().max_age?);
        if iat.saturating_add(limit.into()) >= now.low {
            return None;
        }
        // What has expired is old besides.
        let expired = times.exp.is_some_and(|exp| self.expired(exp, now).is_some());
        Some((if expired { Class::Consistent } else { now.class() }, now.low.saturating_sub(iat)))
    }

    /// The same of an `exp` that is too far ahead.
    fn too_far_ahead(&self, times: Times, now: Now) -> Option<(Class, u64)> {
        let (exp, behaviour) = (times.exp?, self.behaviour());
        let limit = behaviour.max_ahead.filter(|_| !behaviour.max_ahead_without_iat || times.iat.is_none())?;
        if exp <= now.high.saturating_add(limit.into()) {
            return None;
        }
        // With `iat`, so long a lifetime is taken.
        let class = if behaviour.max_ahead_without_iat { Class::Consistent } else { now.class() };
        Some((class, exp.saturating_sub(now.high)))
    }

    /// How surely the server's clock speaks against one of these times, if it does.
    fn refused(&self, times: Times, now: Now) -> Option<Class> {
        let class = |(class, _): (Class, u64)| class;
        let against = [
            times.exp.and_then(|exp| self.expired(exp, now)).map(|_| now.class()),
            times.nbf.and_then(|nbf| self.early(nbf, now)).map(|_| now.class()),
            times.iat.and_then(|iat| self.issued_in_future(iat, now)).map(class),
            self.issued_too_long_ago(times, now).map(class),
            self.too_far_ahead(times, now).map(class),
        ];
        against.into_iter().flatten().min()
    }

    /// `exp`, `nbf` and `iat` against the server's clock.
    fn against(&mut self, times: Times, now: Now, subject: Subject) {
        if let Some(exp) = times.exp {
            if let Some(seconds) = self.expired(exp, now) {
                let facts = [Fact::count(say!("seconds from exp to when it was judged"), seconds)];
                self.fail(Check::Expiration, Fault::Expired, now.class(), subject, &facts);
            } else if exp.saturating_add(self.expiry_tolerance()) > now.high {
                self.set(Check::Expiration, Status::Passed);
            } else {
                let fact = say!("exp is within the uncertainty of the time at which it was judged");
                self.close(Check::Expiration, Fault::Expired, now, subject, fact);
            }
        }
        if let Some(nbf) = times.nbf {
            if let Some(seconds) = self.early(nbf, now) {
                let facts = [Fact::count(say!("seconds from when it was judged to nbf"), seconds)];
                self.fail(Check::NotBefore, Fault::NotYetValid, now.class(), subject, &facts);
            } else if nbf <= now.low.saturating_add(self.future_tolerance().unwrap_or(0)) {
                self.set(Check::NotBefore, Status::Passed);
            } else {
                let fact = say!("nbf is within the uncertainty of the time at which it was judged");
                self.close(Check::NotBefore, Fault::NotYetValid, now, subject, fact);
            }
        }
        let Some(iat) = times.iat else { return };
        if let Some((class, seconds)) = self.issued_in_future(iat, now) {
            let facts = [Fact::count(say!("seconds from when it was judged to iat"), seconds)];
            self.fail(Check::IssuedAt, Fault::IssuedInFuture, class, subject, &facts);
        }
        if let Some((class, seconds)) = self.issued_too_long_ago(times, now) {
            let facts = [Fact::count(say!("seconds since iat, more than this server takes"), seconds)];
            self.fail(Check::IssuedAt, Fault::IssuedTooLongAgo, class, subject, &facts);
        }
        // What has failed stays so.
        self.set(Check::IssuedAt, Status::Passed);
    }

    /// It may have been before or after. A clock that may be wrong by anything says nothing.
    fn close(&mut self, check: Check, fault: Fault, now: Now, subject: Subject, fact: Sentence) {
        if now.sure {
            self.fail(check, fault, Class::Consistent, subject, &[Fact::Is(fact)]);
        } else {
            self.set(check, Status::NotDecidable(Wanted::Time));
        }
    }

    fn lifetime(&mut self, times: Times, now: Option<Now>, subject: Subject) {
        let Some(exp) = times.exp else { return };
        let (check, fault) = (Check::Lifetime, Fault::LifetimeTooLong);
        let behaviour = self.behaviour();
        let lifetime = times.iat.map(|iat| exp.saturating_sub(iat));
        if let Some(lifetime) = lifetime
            && behaviour.max_lifetime.is_some_and(|limit| lifetime > limit.into())
        {
            let facts = [Fact::count(say!("seconds from iat to exp, more than this server takes"), lifetime)];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        if let Some(now) = now
            && let Some((class, ahead)) = self.too_far_ahead(times, now)
        {
            let facts = [Fact::count(say!("seconds until exp, more than this server takes"), ahead)];
            self.fail(check, fault, class, subject, &facts);
            if behaviour.max_ahead_without_iat {
                let facts = [Fact::Is(say!("iat is absent: with it this server would count from there"))];
                self.find(Fault::IatMissing, now.class(), subject, &facts);
            }
            return;
        }
        if self.evidence.behaviour.is_none()
            && lifetime.is_some_and(|lifetime| lifetime > crate::time::MAX_LIFETIME.into())
        {
            let facts = [Fact::count(say!("seconds from iat to exp"), lifetime.unwrap_or(0))];
            return self.fail(check, fault, Class::Consistent, subject, &facts);
        }
        self.pass_if(check, self.evidence.behaviour.is_some(), Wanted::Profile);
    }

    /// Whether it is the device's clock that is wrong.
    fn clock(&mut self, times: Times, now: Now, subject: Subject) {
        let check = Check::Clock;
        let iat = times.iat;
        let at_date = |time: u64| {
            let date = NumericDate::from_seconds(self.server_date()?).ok()?;
            Some(TimeFault::classify(time, date)).filter(|fault| *fault != TimeFault::None)
        };
        let refused = self.refused(times, now);
        if let Some(ahead) = self.skew() {
            let large = ahead.unsigned_abs() >= INTOLERABLE;
            // By a clock that is right none of them would be refused.
            let explained = refused.filter(|_| self.refused(times.corrected(ahead), now).is_none());
            if large || explained.is_some() {
                let class = match explained {
                    Some(_) if large => Class::Proven,
                    Some(class) => class,
                    None => Class::Consistent,
                };
                let kind = self.evidence.sent_at.and_then(at_date);
                let name = say!("seconds that the device's clock is ahead of the Date of the answer");
                self.fail(check, Fault::ClockSkew, class, subject, &[Fact::Count { name, count: ahead }]);
                if let Some(kind) = kind {
                    self.find(Fault::ClockSkew, class, subject, &[Fact::Clock(kind)]);
                }
                return;
            }
        }
        if iat.is_some_and(|iat| iat < 1_000_000_000) && refused.is_some() {
            let facts = [Fact::Clock(TimeFault::Unset)];
            return self.fail(check, Fault::ClockSkew, Class::Proven, subject, &facts);
        }
        // Without the device's time, `iat` stands for it.
        if refused.is_some()
            && self.evidence.sent_at.is_none()
            && let Some(fault) = iat.and_then(at_date)
        {
            return self.fail(check, Fault::ClockSkew, Class::Consistent, subject, &[Fact::Clock(fault)]);
        }
        let known =
            self.server_date().is_some() && self.evidence.sent_at.is_some() || self.evidence.uncertainty.is_some();
        self.pass_if(check, known, Wanted::Time);
    }
}
