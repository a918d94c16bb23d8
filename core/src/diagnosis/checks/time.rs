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
        let before = self.causes.len();
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
        match self.now() {
            None => {
                for (check, time) in [(Check::Expiration, exp), (Check::NotBefore, nbf), (Check::IssuedAt, iat)] {
                    if time.seconds().is_some() {
                        self.set(check, Status::NotDecidable(Wanted::Time));
                    }
                }
                self.set(Check::Clock, Status::NotDecidable(Wanted::Time));
                self.lifetime(exp.seconds(), iat.seconds(), None, subject);
            }
            Some(now) => {
                // What follows from a wrong unit is no cause of its own.
                let now = Now { sure: now.sure && !odd_unit, ..now };
                self.against(exp.seconds(), iat.seconds(), nbf.seconds(), now, subject);
                self.lifetime(exp.seconds(), iat.seconds(), Some(now), subject);
                if !odd_unit {
                    let wrong_time = self.causes.len() > before;
                    self.clock(iat.seconds(), wrong_time, subject);
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

    /// `exp`, `nbf` and `iat` against the server's clock.
    fn against(&mut self, exp: Option<u64>, iat: Option<u64>, nbf: Option<u64>, now: Now, subject: Subject) {
        let sure = if now.sure { Class::Proven } else { Class::Consistent };
        let profile = self.evidence.profile;
        let behaviour = self.behaviour();
        let expiry_tolerance = u64::from(profile.and_then(|profile| profile.expiry_tolerance).unwrap_or(0));
        let tolerance = profile.and_then(|profile| profile.future_tolerance);
        let future_tolerance = u64::from(tolerance.unwrap_or(0));
        if let Some(exp) = exp {
            // For `tolerance` seconds from `exp` on it is still taken.
            if exp.saturating_add(expiry_tolerance) <= now.low {
                let facts = [Fact::count(say!("seconds from exp to when it was judged"), now.low.saturating_sub(exp))];
                self.fail(Check::Expiration, Fault::Expired, sure, subject, &facts);
            } else if exp.saturating_add(expiry_tolerance) > now.high {
                self.set(Check::Expiration, Status::Passed);
            } else {
                let fact = say!("exp is within the uncertainty of the time at which it was judged");
                self.close(Check::Expiration, Fault::Expired, now, subject, fact);
            }
        }
        if let Some(nbf) = nbf {
            if nbf > now.high.saturating_add(future_tolerance) {
                let facts = [Fact::count(say!("seconds from when it was judged to nbf"), nbf.saturating_sub(now.high))];
                self.fail(Check::NotBefore, Fault::NotYetValid, sure, subject, &facts);
            } else if nbf <= now.low.saturating_add(future_tolerance) {
                self.set(Check::NotBefore, Status::Passed);
            } else {
                let fact = say!("nbf is within the uncertainty of the time at which it was judged");
                self.close(Check::NotBefore, Fault::NotYetValid, now, subject, fact);
            }
        }
        let Some(iat) = iat else { return };
        let mut passed = true;
        if iat > now.high.saturating_add(future_tolerance) {
            let facts = [Fact::count(say!("seconds from when it was judged to iat"), iat.saturating_sub(now.high))];
            let class = match (behaviour.iat_ahead_refused, tolerance) {
                // It does not look.
                (Some(false), _) => None,
                (Some(true), Some(_)) => Some(sure),
                _ => Some(Class::Consistent),
            };
            if let Some(class) = class {
                self.fail(Check::IssuedAt, Fault::IssuedInFuture, class, subject, &facts);
                passed = false;
            }
        }
        if let Some(limit) = behaviour.max_age
            && iat.saturating_add(limit.into()) < now.low
        {
            let facts =
                [Fact::count(say!("seconds since iat, more than this server takes"), now.low.saturating_sub(iat))];
            // What has expired is old besides.
            let expired = exp.is_some_and(|exp| exp.saturating_add(expiry_tolerance) <= now.low);
            let class = if expired { Class::Consistent } else { sure };
            self.fail(Check::IssuedAt, Fault::IssuedTooLongAgo, class, subject, &facts);
            passed = false;
        }
        if passed {
            self.set(Check::IssuedAt, Status::Passed);
        }
    }

    /// It may have been before or after. A clock that may be wrong by anything says nothing.
    fn close(&mut self, check: Check, fault: Fault, now: Now, subject: Subject, fact: Sentence) {
        if now.sure {
            self.fail(check, fault, Class::Consistent, subject, &[Fact::Is(fact)]);
        } else {
            self.set(check, Status::NotDecidable(Wanted::Time));
        }
    }

    fn lifetime(&mut self, exp: Option<u64>, iat: Option<u64>, now: Option<Now>, subject: Subject) {
        let Some(exp) = exp else { return };
        let (check, fault) = (Check::Lifetime, Fault::LifetimeTooLong);
        let behaviour = self.behaviour();
        let lifetime = iat.map(|iat| exp.saturating_sub(iat));
        if let Some(lifetime) = lifetime
            && behaviour.max_lifetime.is_some_and(|limit| lifetime > limit.into())
        {
            let facts = [Fact::count(say!("seconds from iat to exp, more than this server takes"), lifetime)];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        let limit = behaviour.max_ahead.filter(|_| !behaviour.max_ahead_without_iat || iat.is_none());
        if let (Some(limit), Some(now)) = (limit, now)
            && exp > now.high.saturating_add(limit.into())
        {
            let ahead = exp.saturating_sub(now.high);
            let facts = [Fact::count(say!("seconds until exp, more than this server takes"), ahead)];
            let sure = if now.sure { Class::Proven } else { Class::Consistent };
            // With `iat`, so long a lifetime is taken.
            let class = if behaviour.max_ahead_without_iat { Class::Consistent } else { sure };
            self.fail(check, fault, class, subject, &facts);
            if behaviour.max_ahead_without_iat {
                let facts = [Fact::Is(say!("iat is absent: with it this server would count from there"))];
                self.find(Fault::IatMissing, sure, subject, &facts);
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

    /// Whether it is the device's clock that is wrong. Some time in the assertion is, if `wrong_time`.
    fn clock(&mut self, iat: Option<u64>, wrong_time: bool, subject: Subject) {
        let check = Check::Clock;
        let at_date = |time: u64| {
            let date = NumericDate::from_seconds(self.server_date()?).ok()?;
            Some(TimeFault::classify(time, date)).filter(|fault| *fault != TimeFault::None)
        };
        let unset = iat.is_some_and(|iat| iat < 1_000_000_000);
        if let Some(ahead) = self.skew() {
            let count = Fact::Count {
                name: say!("seconds that the device's clock is ahead of the Date of the answer"),
                count: ahead,
            };
            let fault = self.evidence.sent_at.and_then(at_date).map_or(count, Fact::Clock);
            if wrong_time || ahead.unsigned_abs() >= 300 {
                let class = if wrong_time { Class::Proven } else { Class::Consistent };
                return self.fail(check, Fault::ClockSkew, class, subject, &[count, fault]);
            }
        }
        if unset && wrong_time {
            let facts = [Fact::Clock(TimeFault::Unset)];
            return self.fail(check, Fault::ClockSkew, Class::Proven, subject, &facts);
        }
        // Without the device's time, `iat` stands for it.
        if wrong_time
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
