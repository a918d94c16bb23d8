//! C arguments into core's types: NULL, lengths, UTF-8, alignment and overlap are checked here and nowhere else.

use core::ffi::c_char;
use core::ops::Range;
use core::ptr::null;

use jurat_core::{
    Argument, Assertion, Audience, Cause, Claim, ClaimValue, ClientAssertion, EndpointUrl, Error, GrantAssertion,
    IssuerIdentifier, Jwk, JwtId, KeyPeriod, NumericDate, Parameter, PublicKey, TokenRequest,
};

use crate::JURAT_OK;

use crate::types::{
    JURAT_CLAIM_BOOLEAN, JURAT_CLAIM_INTEGER, JURAT_CLAIM_JSON, JURAT_CLAIM_NULL, JURAT_CLAIM_TEXT,
    JURAT_INSECURE_HTTP, JURAT_OMIT_CLIENT_ID, JURAT_OMIT_JWT_ID, JURAT_RANDOM_SIZE, jurat_claim,
    jurat_client_assertion, jurat_grant_assertion, jurat_jwk, jurat_key_period, jurat_parameter, jurat_public_key,
    jurat_server, jurat_str, jurat_token_request,
};

pub(crate) const fn refused<T>(cause: Cause, argument: Argument) -> Result<T, Error> {
    Err(Error::new(cause, argument))
}

/// A C entry that becomes one of core's.
pub(crate) trait Entry {
    type Output<'a>;
    const ARGUMENT: Argument;

    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    unsafe fn convert<'a>(&self, inputs: &Inputs) -> Result<Self::Output<'a>, Error>;
}

impl Entry for jurat_claim {
    type Output<'a> = Claim<'a>;
    const ARGUMENT: Argument = Argument::Claims;

    unsafe fn convert<'a>(&self, inputs: &Inputs) -> Result<Claim<'a>, Error> {
        // SAFETY: as promised.
        let text = |text| unsafe { inputs.required(text, Argument::Claims) };
        let value = match (self.kind, self.integer) {
            (JURAT_CLAIM_TEXT, _) => ClaimValue::Text(text(self.text)?),
            (JURAT_CLAIM_INTEGER, number) => ClaimValue::Integer(number),
            (JURAT_CLAIM_BOOLEAN, 0) => ClaimValue::Boolean(false),
            (JURAT_CLAIM_BOOLEAN, 1) => ClaimValue::Boolean(true),
            (JURAT_CLAIM_NULL, _) => ClaimValue::Null,
            (JURAT_CLAIM_JSON, _) => ClaimValue::Json(text(self.text)?),
            _ => return refused(Cause::UnknownStruct, Argument::Claims),
        };
        Ok(Claim { name: text(self.name)?, value })
    }
}

impl Entry for jurat_parameter {
    type Output<'a> = Parameter<'a>;
    const ARGUMENT: Argument = Argument::Parameters;

    unsafe fn convert<'a>(&self, inputs: &Inputs) -> Result<Parameter<'a>, Error> {
        // SAFETY: as promised.
        let text = |text| unsafe { inputs.required(text, Argument::Parameters) };
        Ok(Parameter { name: text(self.name)?, value: text(self.value)? })
    }
}

impl Entry for jurat_jwk {
    type Output<'a> = Jwk<'a>;
    const ARGUMENT: Argument = Argument::PublicKey;

    unsafe fn convert<'a>(&self, inputs: &Inputs) -> Result<Jwk<'a>, Error> {
        // SAFETY: as promised.
        Ok(Jwk { key: public_key(&self.key)?, key_id: unsafe { inputs.text(self.key_id, Argument::KeyId) }? })
    }
}

/// The other way round of [`public_key`].
#[cfg(any(feature = "import", feature = "p256"))]
pub(crate) const fn c_public_key(key: &PublicKey) -> jurat_public_key {
    jurat_public_key { x: *key.x(), y: *key.y() }
}

pub(crate) fn public_key(c: &jurat_public_key) -> Result<PublicKey, Error> {
    PublicKey::from_coordinates(&c.x, &c.y).map_err(|error| error.about(Argument::PublicKey))
}

/// A C array whose entries core asks for one by one. All of them have been converted once, so that none fails later.
pub(crate) struct Entries<'a, E> {
    entries: &'a [E],
    inputs: &'a Inputs,
}

// SAFETY: the pointers inside are only read, and only during the call that they were given to.
unsafe impl<E> Sync for Entries<'_, E> {}

impl<'a, E: Entry> Entries<'a, E> {
    /// # Safety
    /// A pointer that is not NULL points to `length` entries that live and stay unchanged for `'a`, as does all that they
    /// point to.
    pub(crate) unsafe fn new(inputs: &'a Inputs, entries: *const E, length: usize) -> Result<Self, Error> {
        // SAFETY: as promised.
        let entries = unsafe { inputs.slice(entries, length, E::ARGUMENT) }?;
        for entry in entries {
            // SAFETY: as promised.
            unsafe { entry.convert(inputs) }?;
        }
        Ok(Self { entries, inputs })
    }

    pub(crate) fn get(&self, index: usize) -> Option<E::Output<'a>> {
        // SAFETY: as promised to `new`.
        unsafe { self.entries.get(index)?.convert(self.inputs) }.ok()
    }
}

/// Where a result goes. Only ever written through the pointer: nothing keeps C from giving a place that overlaps another one
/// or an input.
pub(crate) struct Place<T>(*mut T);

impl<T> Place<T> {
    /// # Safety
    /// `place` is NULL or points to a `T` that nobody else uses during the call.
    pub(crate) unsafe fn new(inputs: &Inputs, place: *mut T, argument: Argument) -> Result<Self, Error> {
        // SAFETY: as promised; the reference ends here.
        unsafe { inputs.reference(place.cast_const(), argument) }.map(drop)?;
        Ok(Self(place))
    }

    pub(crate) fn write(&self, value: T) {
        // SAFETY: `new` checked that it is not NULL, aligned and outside of the output.
        unsafe { self.0.write(value) };
    }

    /// Writes a result, or `nothing` where there is none.
    pub(crate) fn give(&self, result: Result<T, Error>, nothing: T) -> Result<(), Error> {
        let (value, result) = match result {
            Ok(value) => (value, Ok(())),
            Err(error) => (nothing, Err(error)),
        };
        self.write(value);
        result
    }
}

/// The status of a call without a byte output.
pub(crate) fn status(call: impl FnOnce() -> Result<(), Error>) -> i32 {
    call().map_or_else(|error| error.status(), |()| JURAT_OK)
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
        let size = if output.is_null() { 0 } else { size };
        Self { output: start..start.saturating_add(size) }
    }

    /// For a call without a byte output.
    pub(crate) fn without_output() -> Self {
        Self::new(null(), 0)
    }

    /// The bytes that [`new`](Self::new) was told of, for a call that changes them where they stand.
    ///
    /// # Safety
    /// Data that is not NULL is `size` bytes that live for `'a` and that nobody else uses meanwhile.
    pub(crate) unsafe fn changeable<'a>(
        data: *mut c_char,
        size: usize,
        argument: Argument,
    ) -> Result<&'a mut [u8], Error> {
        if size == 0 {
            return Ok(&mut []);
        }
        if data.is_null() {
            return refused(Cause::NullPointer, argument);
        }
        if size > isize::MAX.unsigned_abs() {
            return refused(Cause::TooLong, argument);
        }
        // SAFETY: not NULL, not too large; the rest is the caller's promise.
        Ok(unsafe { core::slice::from_raw_parts_mut(data.cast::<u8>(), size) })
    }

    /// `length` values of `T`; NULL with a length of 0 is none.
    ///
    /// # Safety
    /// A pointer that is not NULL points to `length` values that live and stay unchanged for `'a`.
    pub(crate) unsafe fn slice<'a, T>(
        &self,
        data: *const T,
        length: usize,
        argument: Argument,
    ) -> Result<&'a [T], Error> {
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
        if !self.output.is_empty() && start < self.output.end && self.output.start < start.saturating_add(size) {
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
    /// As for [`reference`](Self::reference).
    pub(crate) unsafe fn optional_reference<'a, T>(
        &self,
        data: *const T,
        argument: Argument,
    ) -> Result<Option<&'a T>, Error> {
        // SAFETY: as promised.
        if data.is_null() { Ok(None) } else { unsafe { self.reference(data, argument) }.map(Some) }
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
    pub(crate) unsafe fn text<'a>(&self, text: jurat_str, argument: Argument) -> Result<Option<&'a str>, Error> {
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
    pub(crate) unsafe fn required<'a>(&self, text: jurat_str, argument: Argument) -> Result<&'a str, Error> {
        // SAFETY: as promised.
        Ok(unsafe { self.text(text, argument) }?.unwrap_or_default())
    }

    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    pub(crate) unsafe fn client_assertion<'a>(
        &self,
        c: &'a jurat_client_assertion,
        claims: &'a (dyn Fn(usize) -> Option<Claim<'a>> + Sync),
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
            let issuer = self.text(c.issuer, Argument::Issuer)?;
            let url = self.text(c.endpoint_url, Argument::Endpoint)?;
            let server = self.optional_reference(c.server, Argument::Server)?;
            if server.is_none() && (c.endpoint != 0 || url.is_some()) {
                return refused(Cause::Conflict, Argument::Endpoint);
            }
            let issuer = self.own_issuer(issuer, c.flags, server)?;
            let issued_at = time(c.issued_at, Argument::IssuedAt)?;
            let jwt_id = self.jwt_id(c.jwt_id, c.random, c.random_size, c.flags)?;
            let assertion = ClientAssertion::new(client_id, issuer, issued_at, jwt_id)
                .with_lifetime(c.lifetime)
                .with_claims_from(claims);
            let mut assertion = self.optional(assertion, c.key_id, c.certificate_thumbprint, c.not_before)?;
            if let Some(server) = server {
                self.apply(server, Made::Client(&mut assertion, c, url))?;
            }
            Ok(assertion)
        }
    }

    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    pub(crate) unsafe fn grant_assertion<'a>(
        &self,
        c: &'a jurat_grant_assertion,
        claims: &'a (dyn Fn(usize) -> Option<Claim<'a>> + Sync),
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
            let server = self.optional_reference(c.server, Argument::Server)?;
            let audience: Audience<'_> = match (issuer, endpoint, server) {
                (Some(_), Some(_), _) => return refused(Cause::Conflict, Argument::TokenEndpoint),
                (None, Some(_), Some(_)) => return refused(Cause::Conflict, Argument::Server),
                (None, Some(url), None) => token_endpoint(url, c.flags)?.into(),
                (issuer, None, server) => self.own_issuer(issuer, c.flags, server)?.into(),
            };
            let issued_at = time(c.issued_at, Argument::IssuedAt)?;
            let jwt_id = self.jwt_id(c.jwt_id, c.random, c.random_size, c.flags)?;
            let mut assertion = GrantAssertion::new(iss, sub, audience, issued_at, jwt_id)
                .with_lifetime(c.lifetime)
                .with_claims_from(claims);
            if let Some(typ) = self.text(c.type_, Argument::Type)? {
                assertion = assertion.with_type(typ);
            }
            let mut assertion = self.optional(assertion, c.key_id, c.certificate_thumbprint, c.not_before)?;
            if let Some(server) = server {
                self.apply(server, Made::Grant(&mut assertion))?;
            }
            Ok(assertion)
        }
    }

    /// The issuer identifier of an assertion: its own, or its server's.
    ///
    /// # Safety
    /// As for [`text`](Self::text).
    unsafe fn own_issuer<'a>(
        &self,
        issuer: Option<&'a str>,
        flags: u32,
        server: Option<&'a jurat_server>,
    ) -> Result<IssuerIdentifier<'a>, Error> {
        let Some(server) = server else { return issuer_identifier(issuer.unwrap_or_default(), flags) };
        if issuer.is_some() {
            return refused(Cause::Conflict, Argument::Server);
        }
        check_header::<jurat_server>(server.struct_size, server.flags, JURAT_INSECURE_HTTP, Argument::Server)?;
        // SAFETY: as promised.
        issuer_identifier(unsafe { self.required(server.issuer, Argument::Issuer) }?, server.flags)
    }

    /// Makes an assertion one for this server, by the pointer that JURAT_SERVER_INIT sets: firmware that has no server does
    /// not get the policy linked.
    ///
    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    unsafe fn apply<'a>(&self, server: &'a jurat_server, made: Made<'_, 'a>) -> Result<(), Error> {
        let Some(hook) = server.hook else { return refused(Cause::NullPointer, Argument::Server) };
        let mut call = ServerCall { inputs: self, server, made, result: Ok(()) };
        // SAFETY: the hook is the library's own, as the field says.
        unsafe { hook((&raw mut call).cast()) };
        call.result
    }

    /// Sets what a request of either grant type may have.
    ///
    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    pub(crate) unsafe fn token_request<'a>(
        &self,
        c: &'a jurat_token_request,
        grant: Option<GrantAssertion<'a>>,
        client: Option<ClientAssertion<'a>>,
        parameters: &'a (dyn Fn(usize) -> Option<Parameter<'a>> + Sync),
    ) -> Result<TokenRequest<'a>, Error> {
        let mut request = match (grant, client) {
            (None, None) => return refused(Cause::Empty, Argument::ClientAssertion),
            (None, Some(client)) => TokenRequest::client_credentials(client),
            (Some(grant), None) => TokenRequest::jwt_bearer(grant),
            (Some(grant), Some(client)) => TokenRequest::jwt_bearer(grant).with_client_assertion(client),
        };
        if c.flags & JURAT_OMIT_CLIENT_ID != 0 {
            request = request.without_client_id();
        }
        // SAFETY: as promised.
        if let Some(scope) = unsafe { self.text(c.scope, Argument::Scope) }? {
            request = request.with_scope(scope);
        }
        // SAFETY: as promised.
        if let Some(resource) = unsafe { self.text(c.resource, Argument::Resource) }? {
            request = request.with_resource(resource);
        }
        // SAFETY: as promised.
        if let Some(url) = unsafe { self.text(c.http_endpoint, Argument::Endpoint) }? {
            let Some(hook) = c.http_hook else { return refused(Cause::NullPointer, Argument::Endpoint) };
            let mut call = HttpCall { url, flags: c.flags, request: &mut request, result: Ok(()) };
            // SAFETY: the hook is the library's own, as the field says.
            unsafe { hook((&raw mut call).cast()) };
            call.result?;
        }
        Ok(request.with_parameters_from(parameters))
    }

    /// Sets what either kind may have.
    ///
    /// # Safety
    /// As for [`text`](Self::text).
    unsafe fn optional<'a, K>(
        &self,
        mut assertion: Assertion<'a, K>,
        key_id: jurat_str,
        certificate: jurat_str,
        not_before: u64,
    ) -> Result<Assertion<'a, K>, Error> {
        // SAFETY: as promised.
        if let Some(key_id) = unsafe { self.text(key_id, Argument::KeyId) }? {
            assertion = assertion.with_key_id(key_id);
        }
        // SAFETY: as promised.
        if let Some(thumbprint) = unsafe { self.text(certificate, Argument::CertificateThumbprint) }? {
            assertion = assertion.with_certificate_thumbprint(thumbprint);
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
}

/// A request that is to have an HTTP head: what `jurat_http_hook` is called with.
pub(crate) struct HttpCall<'c, 'a> {
    pub(crate) url: &'a str,
    pub(crate) flags: u32,
    pub(crate) request: &'c mut TokenRequest<'a>,
    pub(crate) result: Result<(), Error>,
}

/// An assertion that is to be one for a server: what `jurat_server_hook` is called with.
pub(crate) struct ServerCall<'c, 'a> {
    pub(crate) inputs: &'c Inputs,
    pub(crate) server: &'a jurat_server,
    pub(crate) made: Made<'c, 'a>,
    pub(crate) result: Result<(), Error>,
}

/// Which assertion it is.
pub(crate) enum Made<'c, 'a> {
    /// With where it goes.
    Client(&'c mut ClientAssertion<'a>, &'a jurat_client_assertion, Option<&'a str>),
    Grant(&'c mut GrantAssertion<'a>),
}

/// What a struct that the library fills in has as its `struct_size`.
#[expect(clippy::cast_possible_truncation, reason = "no struct has more than some 200 bytes")]
pub(crate) const fn struct_size<T>() -> u32 {
    size_of::<T>() as u32
}

/// A flag, or 0.
pub(crate) const fn flag(set: bool, flag: u32) -> u32 {
    if set { flag } else { 0 }
}

/// The two fields that every input struct begins with.
pub(crate) fn check_header<T>(struct_size: u32, flags: u32, known: u32, argument: Argument) -> Result<(), Error> {
    if usize::try_from(struct_size) == Ok(size_of::<T>()) && flags & !known == 0 {
        Ok(())
    } else {
        refused(Cause::UnknownStruct, argument)
    }
}

/// What one of the API's numbers stands for.
pub(crate) fn numbered<T>(number: u32, from_number: impl Fn(i32) -> Option<T>, argument: Argument) -> Result<T, Error> {
    i32::try_from(number).ok().and_then(from_number).ok_or(Error::new(Cause::UnknownStruct, argument))
}

pub(crate) fn issuer_identifier(url: &str, flags: u32) -> Result<IssuerIdentifier<'_>, Error> {
    if flags & JURAT_INSECURE_HTTP == 0 { IssuerIdentifier::new(url) } else { IssuerIdentifier::insecure_http(url) }
}

pub(crate) fn endpoint_url(url: &str, flags: u32) -> Result<EndpointUrl<'_>, Error> {
    if flags & JURAT_INSECURE_HTTP == 0 { EndpointUrl::new(url) } else { EndpointUrl::insecure_http(url) }
}

pub(crate) fn token_endpoint(url: &str, flags: u32) -> Result<EndpointUrl<'_>, Error> {
    endpoint_url(url, flags).map_err(|error| error.about(Argument::TokenEndpoint))
}

pub(crate) fn key_period(c: &jurat_key_period) -> Result<KeyPeriod, Error> {
    let retired_at = if c.retired_at == 0 { None } else { Some(time(c.retired_at, Argument::Time)?) };
    Ok(KeyPeriod { active_from: time(c.active_from, Argument::Time)?, retired_at })
}

pub(crate) fn time(seconds: u64, argument: Argument) -> Result<NumericDate, Error> {
    NumericDate::from_seconds(seconds).map_err(|error| error.about(argument))
}
