//! C arguments into core's types: NULL, lengths, UTF-8, alignment and overlap are checked here and nowhere else.

use core::ops::Range;

use jurat_core::{
    Argument, Assertion, Audience, Cause, Claim, ClaimValue, ClientAssertion, Error, GrantAssertion, IssuerIdentifier,
    JwtId, NumericDate, Parameter, TokenRequest,
};

use crate::types::{
    JURAT_CLAIM_BOOLEAN, JURAT_CLAIM_INTEGER, JURAT_CLAIM_JSON, JURAT_CLAIM_NULL, JURAT_CLAIM_TEXT,
    JURAT_INSECURE_HTTP, JURAT_MAX_CLAIMS, JURAT_MAX_PARAMETERS, JURAT_OMIT_CLIENT_ID, JURAT_OMIT_JWT_ID,
    JURAT_RANDOM_SIZE, jurat_claim, jurat_client_assertion, jurat_grant_assertion, jurat_parameter, jurat_str,
    jurat_token_request,
};

/// Room for the converted claims of one assertion, in the caller's frame.
pub(crate) type ClaimRoom<'a> = [Claim<'a>; JURAT_MAX_CLAIMS];
pub(crate) const NO_CLAIMS: ClaimRoom<'_> = [Claim { name: "", value: ClaimValue::Null }; JURAT_MAX_CLAIMS];

/// Room for everything that a token request has to convert.
pub(crate) struct RequestRoom<'a> {
    pub(crate) grant: ClaimRoom<'a>,
    pub(crate) client: ClaimRoom<'a>,
    pub(crate) parameters: [Parameter<'a>; JURAT_MAX_PARAMETERS],
}

impl RequestRoom<'_> {
    pub(crate) const fn new() -> Self {
        let none = Parameter { name: "", value: "" };
        Self { grant: NO_CLAIMS, client: NO_CLAIMS, parameters: [none; JURAT_MAX_PARAMETERS] }
    }
}

const fn refused<T>(cause: Cause, argument: Argument) -> Result<T, Error> {
    Err(Error::new(cause, argument))
}

/// Reads inputs of a call whose output is at these addresses: an input that overlaps it is refused, since the output is
/// borrowed exclusively.
#[derive(Clone)]
pub(crate) struct Inputs {
    output: Range<usize>,
}

impl Inputs {
    pub(crate) fn new(output: *const u8, size: usize) -> Self {
        let start = output.addr();
        Self { output: start..start.saturating_add(size) }
    }

    /// `length` values of `T`; NULL with a length of 0 is none.
    ///
    /// # Safety
    /// A pointer that is not NULL points to `length` values that live and stay unchanged for `'a`.
    unsafe fn slice<'a, T>(&self, data: *const T, length: usize, argument: Argument) -> Result<&'a [T], Error> {
        if length == 0 {
            return Ok(&[]);
        }
        if data.is_null() || !data.is_aligned() {
            return refused(Cause::NullPointer, argument);
        }
        let Some(size) = length.checked_mul(size_of::<T>()).filter(|size| *size <= isize::MAX.unsigned_abs()) else {
            return refused(Cause::TooLong, argument);
        };
        let start = data.addr();
        if start < self.output.end && self.output.start < start.saturating_add(size) {
            return refused(Cause::Overlap, argument);
        }
        // SAFETY: not NULL, aligned, not too large; the rest is the caller's promise.
        Ok(unsafe { core::slice::from_raw_parts(data, length) })
    }

    /// # Safety
    /// A pointer that is not NULL points to a `T` that lives and stays unchanged for `'a`.
    pub(crate) unsafe fn reference<'a, T>(&self, data: *const T, argument: Argument) -> Result<&'a T, Error> {
        // SAFETY: one value, as promised.
        match unsafe { self.slice(data, 1, argument) }? {
            [value, ..] => Ok(value),
            [] => refused(Cause::NullPointer, argument),
        }
    }

    /// # Safety
    /// A pointer that is not NULL points to `N` bytes that live and stay unchanged for `'a`.
    pub(crate) unsafe fn array<'a, const N: usize>(
        &self,
        data: *const u8,
        size: usize,
        argument: Argument,
    ) -> Result<&'a [u8; N], Error> {
        if data.is_null() {
            return refused(Cause::NullPointer, argument);
        }
        if size != N {
            return refused(Cause::WrongLength, argument);
        }
        // SAFETY: `N` bytes, as promised.
        unsafe { self.reference(data.cast::<[u8; N]>(), argument) }
    }

    /// Text that may be absent.
    ///
    /// # Safety
    /// Data that is not NULL is `length` bytes that live and stay unchanged for `'a`.
    unsafe fn text<'a>(&self, text: jurat_str, argument: Argument) -> Result<Option<&'a str>, Error> {
        if text.data.is_null() && text.length == 0 {
            return Ok(None);
        }
        // SAFETY: `length` bytes, as promised.
        let bytes = unsafe { self.slice(text.data.cast::<u8>(), text.length, argument) }?;
        match core::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => refused(Cause::NotUtf8, argument),
        }
    }

    /// Text that has to be there: core refuses the empty one.
    ///
    /// # Safety
    /// As for [`text`](Self::text).
    unsafe fn required<'a>(&self, text: jurat_str, argument: Argument) -> Result<&'a str, Error> {
        // SAFETY: as promised.
        Ok(unsafe { self.text(text, argument) }?.unwrap_or_default())
    }

    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    pub(crate) unsafe fn client_assertion<'a>(
        &self,
        c: &'a jurat_client_assertion,
        room: &'a mut ClaimRoom<'a>,
    ) -> Result<ClientAssertion<'a>, Error> {
        let argument = Argument::ClientAssertion;
        check_header::<jurat_client_assertion>(
            c.struct_size,
            c.flags,
            JURAT_INSECURE_HTTP | JURAT_OMIT_JWT_ID,
            argument,
        )?;
        // SAFETY: as promised.
        unsafe {
            let client_id = self.required(c.client_id, Argument::ClientId)?;
            let issuer = self.required(c.issuer, Argument::Issuer)?;
            let issuer = issuer_identifier(issuer, c.flags)?;
            let issued_at = time(c.issued_at, Argument::IssuedAt)?;
            let jwt_id = self.jwt_id(c.jwt_id, c.random, c.random_size, c.flags)?;
            let assertion = ClientAssertion::new(client_id, issuer, issued_at, jwt_id)
                .with_lifetime(c.lifetime)
                .with_claims(self.claims(c.claims, c.claims_length, room)?);
            self.optional(assertion, c.key_id, c.not_before)
        }
    }

    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    pub(crate) unsafe fn grant_assertion<'a>(
        &self,
        c: &'a jurat_grant_assertion,
        room: &'a mut ClaimRoom<'a>,
    ) -> Result<GrantAssertion<'a>, Error> {
        let argument = Argument::GrantAssertion;
        check_header::<jurat_grant_assertion>(
            c.struct_size,
            c.flags,
            JURAT_INSECURE_HTTP | JURAT_OMIT_JWT_ID,
            argument,
        )?;
        // SAFETY: as promised.
        unsafe {
            let iss = self.required(c.iss, Argument::Iss)?;
            let sub = self.required(c.sub, Argument::Sub)?;
            let issuer = self.text(c.issuer, Argument::Issuer)?;
            let endpoint = self.text(c.token_endpoint, Argument::TokenEndpoint)?;
            let audience = match (issuer, endpoint) {
                (Some(_), Some(_)) => return refused(Cause::Conflict, Argument::TokenEndpoint),
                (None, Some(url)) if c.flags & JURAT_INSECURE_HTTP != 0 => Audience::insecure_http_token_endpoint(url)?,
                (None, Some(url)) => Audience::token_endpoint(url)?,
                (url, None) => issuer_identifier(url.unwrap_or_default(), c.flags)?.into(),
            };
            let issued_at = time(c.issued_at, Argument::IssuedAt)?;
            let jwt_id = self.jwt_id(c.jwt_id, c.random, c.random_size, c.flags)?;
            let mut assertion = GrantAssertion::new(iss, sub, audience, issued_at, jwt_id)
                .with_lifetime(c.lifetime)
                .with_claims(self.claims(c.claims, c.claims_length, room)?);
            if let Some(typ) = self.text(c.type_, Argument::Type)? {
                assertion = assertion.with_type(typ);
            }
            self.optional(assertion, c.key_id, c.not_before)
        }
    }

    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    pub(crate) unsafe fn token_request<'a>(
        &self,
        c: &'a jurat_token_request,
        room: &'a mut RequestRoom<'a>,
    ) -> Result<TokenRequest<'a>, Error> {
        let argument = Argument::TokenRequest;
        check_header::<jurat_token_request>(c.struct_size, c.flags, JURAT_OMIT_CLIENT_ID, argument)?;
        // SAFETY: as promised.
        unsafe {
            let client = if c.client.is_null() {
                None
            } else {
                let client = self.reference(c.client, Argument::ClientAssertion)?;
                Some(self.client_assertion(client, &mut room.client)?)
            };
            let mut request = if c.grant.is_null() {
                match client {
                    Some(client) => TokenRequest::client_credentials(client),
                    None => return refused(Cause::Empty, Argument::ClientAssertion),
                }
            } else {
                let grant = self.reference(c.grant, Argument::GrantAssertion)?;
                let request = TokenRequest::jwt_bearer(self.grant_assertion(grant, &mut room.grant)?);
                match client {
                    Some(client) => request.with_client_assertion(client),
                    None => request,
                }
            };
            if c.flags & JURAT_OMIT_CLIENT_ID != 0 {
                request = request.without_client_id();
            }
            if let Some(scope) = self.text(c.scope, Argument::Scope)? {
                request = request.with_scope(scope);
            }
            if let Some(resource) = self.text(c.resource, Argument::Resource)? {
                request = request.with_resource(resource);
            }
            let parameters = self.slice(c.parameters, c.parameters_length, Argument::Parameters)?;
            let convert = |parameter: &jurat_parameter| {
                Ok(Parameter {
                    name: self.required(parameter.name, Argument::Parameters)?,
                    value: self.required(parameter.value, Argument::Parameters)?,
                })
            };
            Ok(request.with_parameters(convert_all(parameters, &mut room.parameters, Argument::Parameters, convert)?))
        }
    }

    /// Sets what either kind may have.
    ///
    /// # Safety
    /// As for [`text`](Self::text).
    unsafe fn optional<'a, K>(
        &self,
        mut assertion: Assertion<'a, K>,
        key_id: jurat_str,
        not_before: u64,
    ) -> Result<Assertion<'a, K>, Error> {
        // SAFETY: as promised.
        if let Some(key_id) = unsafe { self.text(key_id, Argument::KeyId) }? {
            assertion = assertion.with_key_id(key_id);
        }
        if not_before != 0 {
            assertion = assertion.with_not_before(time(not_before, Argument::NotBefore)?);
        }
        Ok(assertion)
    }

    unsafe fn jwt_id<'a>(
        &self,
        jwt_id: jurat_str,
        random: *const u8,
        random_size: usize,
        flags: u32,
    ) -> Result<JwtId<'a>, Error> {
        // SAFETY: as promised to the caller of this.
        let text = unsafe { self.text(jwt_id, Argument::JwtId) }?;
        let omitted = flags & JURAT_OMIT_JWT_ID != 0;
        if random.is_null() && random_size == 0 {
            return match (text, omitted) {
                (Some(_), true) => refused(Cause::Conflict, Argument::JwtId),
                (Some(text), false) => Ok(JwtId::text(text)),
                (None, true) => Ok(JwtId::omitted()),
                (None, false) => refused(Cause::Empty, Argument::JwtId),
            };
        }
        if text.is_some() || omitted {
            return refused(Cause::Conflict, Argument::Random);
        }
        // SAFETY: as promised to the caller of this.
        let bytes = unsafe { self.array::<JURAT_RANDOM_SIZE>(random, random_size, Argument::Random) }?;
        Ok(JwtId::random(*bytes))
    }

    unsafe fn claims<'a>(
        &self,
        claims: *const jurat_claim,
        length: usize,
        room: &'a mut ClaimRoom<'a>,
    ) -> Result<&'a [Claim<'a>], Error> {
        // SAFETY: as promised to the caller of this.
        let claims = unsafe { self.slice(claims, length, Argument::Claims) }?;
        let convert = |claim: &jurat_claim| {
            // SAFETY: as promised to the caller of this.
            let text = |text| unsafe { self.required(text, Argument::Claims) };
            let value = match (claim.kind, claim.integer) {
                (JURAT_CLAIM_TEXT, _) => ClaimValue::Text(text(claim.text)?),
                (JURAT_CLAIM_INTEGER, number) => ClaimValue::Integer(number),
                (JURAT_CLAIM_BOOLEAN, 0) => ClaimValue::Boolean(false),
                (JURAT_CLAIM_BOOLEAN, 1) => ClaimValue::Boolean(true),
                (JURAT_CLAIM_NULL, _) => ClaimValue::Null,
                (JURAT_CLAIM_JSON, _) => ClaimValue::Json(text(claim.text)?),
                _ => return refused(Cause::UnknownStruct, Argument::Claims),
            };
            Ok(Claim { name: text(claim.name)?, value })
        };
        convert_all(claims, room, Argument::Claims, convert)
    }
}

fn convert_all<'a, C, R>(
    from: &[C],
    room: &'a mut [R],
    argument: Argument,
    convert: impl Fn(&C) -> Result<R, Error>,
) -> Result<&'a [R], Error> {
    let Some(to) = room.get_mut(..from.len()) else { return refused(Cause::TooMany, argument) };
    for (to, from) in to.iter_mut().zip(from) {
        *to = convert(from)?;
    }
    Ok(to)
}

/// The two fields that every input struct begins with.
fn check_header<T>(struct_size: u32, flags: u32, known: u32, argument: Argument) -> Result<(), Error> {
    if usize::try_from(struct_size) == Ok(size_of::<T>()) && flags & !known == 0 {
        Ok(())
    } else {
        refused(Cause::UnknownStruct, argument)
    }
}

fn issuer_identifier(url: &str, flags: u32) -> Result<IssuerIdentifier<'_>, Error> {
    if flags & JURAT_INSECURE_HTTP == 0 { IssuerIdentifier::new(url) } else { IssuerIdentifier::insecure_http(url) }
}

fn time(seconds: u64, argument: Argument) -> Result<NumericDate, Error> {
    NumericDate::from_seconds(seconds).map_err(|error| error.about(argument))
}
