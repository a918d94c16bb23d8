//! Why a server refuses, from what was sent and what is known locally.
//!
//! ```text
//! SentRequest ──► Inspection (client assertion, grant) ──► checks ──► causes ──► ranked by the answer ──► record
//!                                                            ▲                        ▲
//!     issuer, metadata, profile, registration, keys, clock, earlier jtis     status, error code, texts of the profile
//! ```

pub(crate) mod behaviour;
pub(crate) mod checks;
pub(crate) mod evidence;
pub(crate) mod explain;
pub(crate) mod fact;
pub(crate) mod fault;
pub(crate) mod inspection;
pub(crate) mod record;
mod scratch;
pub(crate) mod sentence;
#[cfg(feature = "p256")]
pub(crate) mod verifier;

use heapless::Vec;

use crate::assertion::is_client_type;
use crate::error::{Argument, Error};
use checks::{Check, Status, Wanted};
use evidence::Evidence;
use explain::weight;
use fact::Fact;
use fault::{Class, Fault};
use inspection::Inspection;
use scratch::Scratch;

/// The most causes that a diagnosis gives; beyond these, the less likely ones are left out.
pub const MAX_CAUSES: usize = 12;

/// The most causes that are given as indistinguishable.
pub const MAX_CANDIDATES: usize = 4;

/// Facts for one cause.
const FACTS: usize = 3;

/// What a cause, or an answer, is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// The request itself.
    Request,
    /// The client assertion.
    Client,
    /// The grant.
    Grant,
    /// What comes behind authentication.
    Beyond,
    /// The server, or what stands before it.
    Server,
}

/// One cause of a refusal, or one thing that would make a server refuse.
#[derive(Clone, Debug)]
pub struct Finding<'e> {
    fault: Fault,
    class: Class,
    subject: Subject,
    /// One of [`explain::weight`].
    weight: u8,
    facts: Vec<Fact<'e>, FACTS>,
}

impl<'e> Finding<'e> {
    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// How sure that is.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// What shows it.
    #[must_use]
    pub fn facts(&self) -> &[Fact<'e>] {
        &self.facts
    }

    fn add(&mut self, fact: Fact<'e>) {
        // What is beyond the third says no more.
        let _ = self.facts.push(fact);
    }
}

/// What was found, and what could not be decided.
///
/// ```
/// use jurat_core::{Class, Diagnosis, Evidence, Fault, Outcome, ReceivedAnswer, Response, SentRequest};
///
/// // What went out, and what came back:
/// let body = b"grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type\
///     %3Ajwt-bearer&client_assertion=eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIiwic3ViIjoiYSIsImV4cCI6MX0.";
/// let mut answer = *br#"{"error":"invalid_client"}"#;
///
/// let mut unescaped = [0; 256];
/// let request = SentRequest::new("POST", "https://as.example/token").with_form(body, &mut unescaped)?;
/// let answer = ReceivedAnswer::new(401, Response::new(401, &mut answer).read());
/// let evidence = Evidence::new().with_request(&request).with_answer(&answer);
///
/// let mut scratch = [0; 512];
/// let diagnosis = Diagnosis::explain(&evidence, &mut scratch)?;
/// let first = &diagnosis.causes()[0];
/// assert_eq!((first.fault(), first.class()), (Fault::AlgorithmNone, Class::Proven));
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Diagnosis<'e> {
    evidence: Evidence<'e>,
    client: Option<Inspection<'e>>,
    grant: Option<Inspection<'e>>,
    statuses: [Status; Check::ALL.len()],
    causes: Vec<Finding<'e>, MAX_CAUSES>,
    candidates: Vec<Fault, MAX_CANDIDATES>,
    wanted: Option<Wanted>,
    succeeded: bool,
}

impl<'e> Diagnosis<'e> {
    /// Checks a request by what is known locally, before it is sent. An answer does not count here.
    ///
    /// `scratch` holds what is decoded: [`scratch_size`](Self::scratch_size) bytes are enough.
    ///
    /// # Errors
    /// [`Cause::BufferTooSmall`](crate::Cause::BufferTooSmall) about [`Argument::Scratch`](crate::Argument::Scratch).
    pub fn check(evidence: &Evidence<'e>, scratch: &'e mut [u8]) -> Result<Self, Error> {
        let mut diagnosis = Self::of(evidence);
        diagnosis.check_in(scratch)?;
        Ok(diagnosis)
    }

    /// Explains the answer: the causes, the likeliest first.
    ///
    /// # Errors
    /// Those of [`check`](Self::check).
    pub fn explain(evidence: &Evidence<'e>, scratch: &'e mut [u8]) -> Result<Self, Error> {
        let mut diagnosis = Self::of(evidence);
        diagnosis.explain_in(scratch)?;
        Ok(diagnosis)
    }

    /// What [`check_in`](Self::check_in) or [`explain_in`](Self::explain_in) fills where it is; for bindings. A move of it takes
    /// more stack than all else here.
    #[doc(hidden)]
    #[must_use]
    pub const fn of(evidence: &Evidence<'e>) -> Self {
        Self {
            evidence: *evidence,
            client: None,
            grant: None,
            statuses: [Status::NotApplicable; Check::ALL.len()],
            causes: Vec::new(),
            candidates: Vec::new(),
            wanted: None,
            succeeded: false,
        }
    }

    /// # Errors
    /// Those of [`check`](Self::check).
    #[doc(hidden)]
    pub fn check_in(&mut self, scratch: &'e mut [u8]) -> Result<(), Error> {
        self.evidence.answer = None;
        self.take_apart(scratch)?;
        self.run_checks();
        self.conclude();
        Ok(())
    }

    /// # Errors
    /// Those of [`check`](Self::check).
    #[doc(hidden)]
    pub fn inspect_in(&mut self, assertion: &'e str, scratch: &'e mut [u8]) -> Result<(), Error> {
        let inspection = Inspection::read(assertion, scratch)?;
        let same = inspection.issuer() == inspection.subject();
        let client = same || inspection.typ().text().is_some_and(is_client_type);
        let subject = if client { Subject::Client } else { Subject::Grant };
        *(if client { &mut self.client } else { &mut self.grant }) = Some(inspection);
        self.assertion(&inspection, subject);
        self.conclude();
        Ok(())
    }

    /// # Errors
    /// Those of [`check`](Self::check).
    #[doc(hidden)]
    pub fn explain_in(&mut self, scratch: &'e mut [u8]) -> Result<(), Error> {
        self.take_apart(scratch)?;
        self.run_checks();
        self.weigh_answer();
        Ok(())
    }

    /// Takes one assertion apart, and finds everything that is odd about it by itself: one whose `iss` and `sub` are the same is
    /// looked at as a client assertion, any other as a grant.
    ///
    /// # Errors
    /// Those of [`check`](Self::check).
    pub fn inspect(assertion: &'e str, scratch: &'e mut [u8]) -> Result<Self, Error> {
        let mut diagnosis = Self::of(&Evidence::new());
        diagnosis.inspect_in(assertion, scratch)?;
        Ok(diagnosis)
    }

    /// Bytes of scratch memory that are enough for assertions of this many characters in all.
    #[must_use]
    pub const fn scratch_size(assertions: usize) -> usize {
        Inspection::scratch_size(assertions)
    }

    /// Takes the assertions apart.
    fn take_apart(&mut self, scratch: &'e mut [u8]) -> Result<(), Error> {
        let mut scratch = Scratch::new(scratch);
        // One that was taken out is not at hand.
        let at_hand = |assertion: Option<&'e str>| assertion.filter(|text| !inspection::is_placeholder(text));
        let request = self.evidence.request;
        let client = at_hand(request.and_then(|request| request.client_assertion()));
        let grant = at_hand(request.and_then(|request| request.grant_assertion()));
        let characters = client.map_or(0, str::len).saturating_add(grant.map_or(0, str::len));
        let needed = Error::too_small(Self::scratch_size(characters)).about(Argument::Scratch);
        for (assertion, place) in [(client, &mut self.client), (grant, &mut self.grant)] {
            if let Some(assertion) = assertion {
                *place = Some(Inspection::with(assertion, &mut scratch).map_err(|_| needed)?);
            }
        }
        Ok(())
    }

    /// The causes, the likeliest first. None may be proven, and there may be none at all.
    #[must_use]
    pub fn causes(&self) -> &[Finding<'e>] {
        &self.causes
    }

    /// The causes that cannot be told apart with what is known, four at most; empty where one stands out.
    #[must_use]
    pub fn cannot_distinguish(&self) -> &[Fault] {
        &self.candidates
    }

    /// The one piece of evidence that would decide more.
    #[must_use]
    pub const fn wanted(&self) -> Option<Wanted> {
        self.wanted
    }

    /// What became of this check.
    #[must_use]
    pub fn status(&self, check: Check) -> Status {
        self.statuses.get(check as usize).copied().unwrap_or(Status::NotApplicable)
    }

    /// The client assertion that was sent.
    #[must_use]
    pub const fn client_assertion(&self) -> Option<&Inspection<'e>> {
        self.client.as_ref()
    }

    /// The grant that was sent.
    #[must_use]
    pub const fn grant_assertion(&self) -> Option<&Inspection<'e>> {
        self.grant.as_ref()
    }

    /// The likeliest first: by class, then by the order in which servers look.
    fn rank(&mut self) {
        // The library's sorting can panic, if not with these keys.
        let key = |finding: &Finding<'_>| {
            let aside = finding.weight >= weight::ASIDE;
            let weight = if finding.class == Class::Consistent { finding.weight } else { 0 };
            (aside, finding.class, weight, checks::order(finding.fault))
        };
        let mut rest: &mut [Finding<'_>] = &mut self.causes;
        while let Some((first, behind)) = rest.split_first_mut() {
            for other in behind.iter_mut() {
                if key(other) < key(first) {
                    core::mem::swap(first, other);
                }
            }
            rest = behind;
        }
    }

    /// Ranks the causes, and says which evidence is missing: the first of what the checks lack.
    fn conclude(&mut self) {
        self.rank();
        let lacks = |wanted: &&Wanted| self.statuses.contains(&Status::NotDecidable(**wanted));
        self.wanted = Wanted::ALL.iter().find(lacks).copied();
    }
}

// It holds assertions.
impl core::fmt::Debug for Diagnosis<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Diagnosis").field("causes", &self.causes).finish_non_exhaustive()
    }
}
