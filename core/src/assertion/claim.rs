//! Custom claims.

use crate::encoding::json::read;
use crate::encoding::json::write::Object;
use crate::error::{Argument, Cause, Error};
use crate::list::{Entries, List};
use crate::value::check_value;

/// The claims that the library writes itself, or that have an argument of their own (RFC 7519 section 4.1).
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// A claim of the caller's own.
///
/// ```
/// use jurat_core::{Claim, ClaimValue};
/// let claims = [
///     Claim { name: "software_version", value: ClaimValue::Text("4.2") },
///     Claim { name: "boot", value: ClaimValue::Integer(17) },
///     Claim { name: "attested", value: ClaimValue::Boolean(true) },
///     Claim { name: "roles", value: ClaimValue::Json(r#"["sensor","relay"]"#) },
/// ];
/// # let _ = claims;
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a name and a value: callers write it as a literal")]
pub struct Claim<'a> {
    /// The member's name. Not one of `iss sub aud exp nbf iat jti`, not empty, and not the name of another claim.
    pub name: &'a str,
    /// The member's value.
    pub value: ClaimValue<'a>,
}

/// The value of a [`Claim`].
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimValue<'a> {
    /// Text, as it is: the library escapes it.
    Text(&'a str),
    /// An integer. Beyond ±(2^53 - 1) some servers' JSON readers lose digits.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
    /// JSON text of one value, which is checked and written as it is: for arrays, objects and fractions.
    Json(&'a str),
}

impl Claim<'_> {
    fn write(&self, object: &mut Object<'_, '_>) {
        match self.value {
            ClaimValue::Text(text) => object.text(self.name, text),
            ClaimValue::Integer(number) => object.integer(self.name, number),
            ClaimValue::Boolean(boolean) => object.boolean(self.name, boolean),
            ClaimValue::Null => object.json(self.name, "null"),
            ClaimValue::Json(json) => object.json(self.name, json),
        }
    }
}

/// Custom claims as an assertion has them; for bindings.
///
/// It carries the code that checks and writes them, so that no program has it that has no claims.
#[derive(Clone, Copy)]
pub struct ClaimList<'a> {
    list: List<'a, Claim<'a>>,
    check: fn(List<'_, Claim<'_>>) -> Result<(), Error>,
    write: fn(List<'_, Claim<'_>>, &mut Object<'_, '_>),
}

impl<'a> ClaimList<'a> {
    /// Claims that the caller has in another form.
    #[must_use]
    pub const fn made(make: &'a dyn Entries<Claim<'a>>) -> Self {
        Self::new(List::Made(make))
    }

    pub(super) const fn slice(claims: &'a [Claim<'a>]) -> Self {
        Self::new(List::Slice(claims))
    }

    const fn new(list: List<'a, Claim<'a>>) -> Self {
        Self { list, check, write }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.from(0).next().is_none()
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        (self.check)(self.list)
    }

    pub(super) fn write(&self, object: &mut Object<'_, '_>) {
        (self.write)(self.list, object);
    }
}

// The claims may be personal data.
impl core::fmt::Debug for Claim<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Claim(..)")
    }
}

impl core::fmt::Debug for ClaimValue<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ClaimValue(..)")
    }
}

impl core::fmt::Debug for ClaimList<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ClaimList(..)")
    }
}

fn write(claims: List<'_, Claim<'_>>, object: &mut Object<'_, '_>) {
    for claim in claims.from(0) {
        claim.write(object);
    }
}

fn check(claims: List<'_, Claim<'_>>) -> Result<(), Error> {
    let refused = |cause| Err(Error::new(cause, Argument::Claims));
    for (index, claim) in claims.from(0).enumerate() {
        check_value(claim.name, Argument::Claims)?;
        if REGISTERED.contains(&claim.name) {
            return refused(Cause::Reserved);
        }
        if claims.from(index.saturating_add(1)).any(|other| other.name == claim.name) {
            return refused(Cause::Repeated);
        }
        if let ClaimValue::Json(json) = claim.value
            && !read::is_value(json)
        {
            return refused(Cause::InvalidJson);
        }
    }
    Ok(())
}
