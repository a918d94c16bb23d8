//! C arguments into core's types: NULL, lengths, UTF-8, alignment and overlap are checked here and nowhere else.

use core::cell::Cell;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use core::ops::Range;
use core::ptr::null_mut;

use jurat_core::{
    Argument, Audience, Cause, Claim, ClaimList, ClaimValue, ClientAssertion, EndpointUrl, Entries, Error,
    GrantAssertion, IssuerIdentifier, Jwk, JwtId, KeyPeriod, NumericDate, Options, Parameter, PublicKey, TokenRequest,
    is_utf8,
};

use crate::JURAT_OK;

use crate::types::{
    JURAT_CLAIM_BOOLEAN, JURAT_CLAIM_INTEGER, JURAT_CLAIM_JSON, JURAT_CLAIM_NULL, JURAT_CLAIM_TEXT,
    JURAT_INSECURE_HTTP, JURAT_OMIT_CLIENT_ID, JURAT_OMIT_JWT_ID, JURAT_RANDOM_SIZE, jurat_claim, jurat_claims,
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
pub(crate) const fn c_public_key(key: &PublicKey) -> jurat_public_key {
    jurat_public_key { x: *key.x(), y: *key.y() }
}

pub(crate) fn public_key(c: &jurat_public_key) -> Result<PublicKey, Error> {
    PublicKey::from_coordinates(&c.x, &c.y).map_err(|error| error.about(Argument::PublicKey))
}

/// A C array whose entries core asks for one by one. All of them have been converted once, so that none fails later.
pub(crate) struct Array<'a, E> {
    entries: &'a [E],
    inputs: &'a Inputs,
}

// SAFETY: the pointers inside are only read, and only during the call that they were given to; nothing that `convert` calls
// notes anything in `inputs`.
unsafe impl<E> Sync for Array<'_, E> {}

impl<'a, E: Entry> Array<'a, E> {
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
}

impl<'a, E: Entry> Entries<E::Output<'a>> for Array<'a, E> {
    fn entry(&self, index: usize) -> Option<E::Output<'a>> {
        // SAFETY: as promised to `new`.
        unsafe { self.entries.get(index)?.convert(self.inputs) }.ok()
    }
}

/// The claims of one assertion, which core borrows.
pub(crate) type ClaimArray<'a> = Option<Array<'a, jurat_claim>>;

/// Claims that are to be converted: what `jurat_claims_hook` is called with.
pub(crate) struct ClaimsCall<'a> {
    inputs: &'a Inputs,
    claims: &'a jurat_claims,
    place: Option<&'a mut ClaimArray<'a>>,
    result: Result<Option<ClaimList<'a>>, Error>,
}

impl ClaimsCall<'_> {
    /// # Safety
    /// The pointers inside the claims point to what their lengths say, which lives and stays unchanged.
    pub(crate) unsafe fn answer(&mut self) {
        let Some(place) = self.place.take() else { return };
        // SAFETY: as promised.
        self.result = unsafe { Array::new(self.inputs, self.claims.entries, self.claims.length) }
            .map(|claims| Some(ClaimList::made(place.insert(claims))));
    }
}

/// Where a result goes. Only ever written through the pointer: nothing keeps C from giving a place that overlaps another one
/// or an input.
pub(crate) struct Place<T>(*mut T);

impl<T> Place<T> {
    /// # Safety
    /// `place` is NULL or points to a `T` that nobody else uses during the call.
    pub(crate) unsafe fn new(inputs: &Inputs, place: *mut T, argument: Argument) -> Result<Self, Error> {
        // SAFETY: as promised.
        unsafe { inputs.writable(place, argument) }?;
        Ok(Self(place))
    }

    /// A place that may be NULL.
    ///
    /// # Safety
    /// As for [`new`](Self::new).
    pub(crate) unsafe fn optional(inputs: &Inputs, place: *mut T, argument: Argument) -> Result<Option<Self>, Error> {
        // SAFETY: as promised.
        if place.is_null() { Ok(None) } else { unsafe { Self::new(inputs, place, argument) }.map(Some) }
    }

    pub(crate) fn write(&self, value: T) {
        // SAFETY: `new` checked that it is not NULL, aligned and outside of the output.
        unsafe { self.0.write(value) };
    }

    /// The same place, with `nothing` in it.
    pub(crate) fn emptied(self, nothing: T) -> Self {
        self.write(nothing);
        self
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
    output: Range<*mut u8>,
    /// The first text that was none, see [`noted`](Self::noted).
    refused: Cell<Option<Error>>,
}

impl Inputs {
    pub(crate) fn new(output: *mut u8, size: usize) -> Self {
        let size = if output.is_null() { 0 } else { size };
        Self { output: output..output.with_addr(output.addr().saturating_add(size)), refused: Cell::new(None) }
    }

    /// A pointer for C to bytes of the output: derived from C's own, so that later calls, which borrow the output anew, do
    /// not end it.
    pub(crate) fn pointer(&self, inside: &[u8]) -> *mut u8 {
        self.output.start.with_addr(inside.as_ptr().addr())
    }

    /// For a call without a byte output.
    pub(crate) fn without_output() -> Self {
        Self::new(null_mut(), 0)
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
        let output = self.output.start.addr()..self.output.end.addr();
        if !output.is_empty() && start < output.end && output.start < start.saturating_add(size) {
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

    /// Whether a `T` can be written there; nothing need be there yet.
    ///
    /// # Safety
    /// As for [`reference`](Self::reference).
    pub(crate) unsafe fn writable<T>(&self, place: *mut T, argument: Argument) -> Result<(), Error> {
        // SAFETY: as promised; what nothing was written to is no `T` yet.
        unsafe { self.reference(place.cast::<MaybeUninit<T>>(), argument) }.map(drop)
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
        if !is_utf8(bytes) {
            return refused(Cause::NotUtf8, argument);
        }
        // SAFETY: it is UTF-8.
        Ok(Some(unsafe { core::str::from_utf8_unchecked(bytes) }))
    }

    /// Text that has to be there: core refuses the empty one.
    ///
    /// # Safety
    /// As for [`text`](Self::text).
    pub(crate) unsafe fn required<'a>(&self, text: jurat_str, argument: Argument) -> Result<&'a str, Error> {
        // SAFETY: as promised.
        Ok(unsafe { self.text(text, argument) }?.unwrap_or_default())
    }

    /// Puts an assertion into `place`, where it stays: moves of it cost more than all else here.
    ///
    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    pub(crate) unsafe fn client_assertion<'a>(
        &'a self,
        c: &'a jurat_client_assertion,
        place: &mut Option<ClientAssertion<'a>>,
        claims: &'a mut ClaimArray<'a>,
    ) -> Result<(), Error> {
        // SAFETY: as promised.
        self.first(unsafe { self.put_client_assertion(c, place, claims) })
    }

    /// # Safety
    /// As for [`client_assertion`](Self::client_assertion).
    pub(crate) unsafe fn grant_assertion<'a>(
        &'a self,
        c: &'a jurat_grant_assertion,
        place: &mut Option<GrantAssertion<'a>>,
        claims: &'a mut ClaimArray<'a>,
    ) -> Result<(), Error> {
        // SAFETY: as promised.
        self.first(unsafe { self.put_grant_assertion(c, place, claims) })
    }

    /// # Safety
    /// As for [`client_assertion`](Self::client_assertion).
    unsafe fn put_client_assertion<'a>(
        &'a self,
        c: &'a jurat_client_assertion,
        place: &mut Option<ClientAssertion<'a>>,
        claims: &'a mut ClaimArray<'a>,
    ) -> Result<(), Error> {
        let known = JURAT_INSECURE_HTTP | JURAT_OMIT_JWT_ID;
        check_header::<jurat_client_assertion>(c.struct_size, c.flags, known, Argument::ClientAssertion)?;
        // SAFETY: as promised.
        unsafe {
            let client_id = self.noted(c.client_id, Argument::ClientId).unwrap_or_default();
            let issuer = self.noted(c.issuer, Argument::Issuer);
            let url = self.noted(c.endpoint_url, Argument::Endpoint);
            let key_id = self.noted(c.key_id, Argument::KeyId);
            let certificate_thumbprint = self.noted(c.certificate_thumbprint, Argument::CertificateThumbprint);
            let jwt_id = self.jwt_id(c.jwt_id, c.random, c.random_size, c.flags)?;
            let server = self.optional_reference(c.server, Argument::Server)?;
            if server.is_none() && (c.endpoint != 0 || url.is_some()) {
                return refused(Cause::Conflict, Argument::Endpoint);
            }
            let issuer = self.own_issuer(issuer, c.flags, server)?;
            let options = Options {
                lifetime: c.lifetime,
                key_id,
                certificate_thumbprint,
                not_before: optional_time(c.not_before)?,
                claims: self.claims(&c.claims, claims)?,
            };
            let issued_at = time(c.issued_at, Argument::IssuedAt)?;
            let assertion =
                place.insert(ClientAssertion::new(client_id, issuer, issued_at, jwt_id).with_options(options));
            if let Some(server) = server {
                self.apply(server, Made::Client(assertion, c, url))?;
            }
        }
        Ok(())
    }

    /// # Safety
    /// As for [`client_assertion`](Self::client_assertion).
    unsafe fn put_grant_assertion<'a>(
        &'a self,
        c: &'a jurat_grant_assertion,
        place: &mut Option<GrantAssertion<'a>>,
        claims: &'a mut ClaimArray<'a>,
    ) -> Result<(), Error> {
        let known = JURAT_INSECURE_HTTP | JURAT_OMIT_JWT_ID;
        check_header::<jurat_grant_assertion>(c.struct_size, c.flags, known, Argument::GrantAssertion)?;
        // SAFETY: as promised.
        unsafe {
            let iss = self.noted(c.iss, Argument::Iss).unwrap_or_default();
            let sub = self.noted(c.sub, Argument::Sub).unwrap_or_default();
            let issuer = self.noted(c.issuer, Argument::Issuer);
            let endpoint = self.noted(c.token_endpoint, Argument::TokenEndpoint);
            let key_id = self.noted(c.key_id, Argument::KeyId);
            let certificate_thumbprint = self.noted(c.certificate_thumbprint, Argument::CertificateThumbprint);
            let jwt_id = self.jwt_id(c.jwt_id, c.random, c.random_size, c.flags)?;
            let typ = self.noted(c.type_, Argument::Type);
            let server = self.optional_reference(c.server, Argument::Server)?;
            let audience: Audience<'_> = match (issuer, endpoint, server) {
                (Some(_), Some(_), _) => return refused(Cause::Conflict, Argument::TokenEndpoint),
                (None, Some(_), Some(_)) => return refused(Cause::Conflict, Argument::Server),
                (None, Some(url), None) => token_endpoint(url, c.flags)?.into(),
                (issuer, None, server) => self.own_issuer(issuer, c.flags, server)?.into(),
            };
            let options = Options {
                lifetime: c.lifetime,
                key_id,
                certificate_thumbprint,
                not_before: optional_time(c.not_before)?,
                claims: self.claims(&c.claims, claims)?,
            };
            let issued_at = time(c.issued_at, Argument::IssuedAt)?;
            let assertion = place.insert(
                GrantAssertion::new(iss, sub, audience, issued_at, jwt_id)
                    .with_options(options)
                    .with_optional_type(typ),
            );
            if let Some(server) = server {
                self.apply(server, Made::Grant(assertion))?;
            }
        }
        Ok(())
    }

    /// Text that may be absent, and so is what is not text: [`first`](Self::first) tells.
    ///
    /// # Safety
    /// As for [`text`](Self::text).
    pub(crate) unsafe fn noted<'a>(&self, text: jurat_str, argument: Argument) -> Option<&'a str> {
        // SAFETY: as promised.
        match unsafe { self.text(text, argument) } {
            Ok(text) => text,
            Err(error) => {
                if self.refused.get().is_none() {
                    self.refused.set(Some(error));
                }
                None
            }
        }
    }

    /// This, unless a text was none before.
    pub(crate) fn first(&self, result: Result<(), Error>) -> Result<(), Error> {
        self.refused.get().map_or(result, Err)
    }

    /// Custom claims, by the pointer that JURAT_CLAIMS() sets: firmware without any does not get the code for them linked.
    ///
    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    unsafe fn claims<'a>(
        &'a self,
        claims: &'a jurat_claims,
        place: &'a mut ClaimArray<'a>,
    ) -> Result<Option<ClaimList<'a>>, Error> {
        if claims.length == 0 {
            return Ok(None);
        }
        let Some(hook) = claims.hook else { return refused(Cause::NullPointer, Argument::Claims) };
        // Refused unless the hook says otherwise: one that is not the library's would sign without the claims.
        let result = refused(Cause::NullPointer, Argument::Claims);
        let mut call = ClaimsCall { inputs: self, claims, place: Some(place), result };
        // SAFETY: the hook is the library's own, as the field says.
        unsafe { hook((&raw mut call).cast()) };
        call.result
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
        let mut call = ServerCall { inputs: self, server, made, result: refused(Cause::NullPointer, Argument::Server) };
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
        request: &mut TokenRequest<'a>,
        parameters: &'a dyn Entries<Parameter<'a>>,
    ) -> Result<(), Error> {
        // SAFETY: as promised.
        let (scope, resource, url) = unsafe {
            (
                self.noted(c.scope, Argument::Scope),
                self.noted(c.resource, Argument::Resource),
                self.noted(c.http_endpoint, Argument::Endpoint),
            )
        };
        self.first(Ok(()))?;
        request.set_options(c.flags & JURAT_OMIT_CLIENT_ID == 0, scope, resource, parameters);
        if let Some(url) = url {
            let Some(hook) = c.http_hook else { return refused(Cause::NullPointer, Argument::Endpoint) };
            let result = refused(Cause::NullPointer, Argument::Endpoint);
            let mut call = HttpCall { url, flags: c.flags, request, result };
            // SAFETY: the hook is the library's own, as the field says.
            unsafe { hook((&raw mut call).cast()) };
            call.result?;
        }
        Ok(())
    }

    /// # Safety
    /// As for [`text`](Self::text).
    unsafe fn jwt_id<'a>(
        &self,
        jwt_id: jurat_str,
        random: *const u8,
        random_size: usize,
        flags: u32,
    ) -> Result<JwtId<'a>, Error> {
        // SAFETY: as promised to the caller of this.
        let text = unsafe { self.noted(jwt_id, Argument::JwtId) };
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
        Ok(JwtId::random_in(bytes))
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
pub(crate) fn of_number<T>(number: u32, from_number: impl Fn(i32) -> Option<T>) -> Option<T> {
    i32::try_from(number).ok().and_then(from_number)
}

/// The same where it has to stand for something.
pub(crate) fn numbered<T>(number: u32, from_number: impl Fn(i32) -> Option<T>, argument: Argument) -> Result<T, Error> {
    of_number(number, from_number).ok_or(Error::new(Cause::UnknownStruct, argument))
}

/// The text of one of core's values, with its NUL; the empty one where there is no value.
// Of the text itself the compiler would make a table that has the lengths too.
pub(crate) fn c_string<T>(value: Option<T>, text_with_nul: impl Fn(T) -> &'static str) -> *const c_char {
    value.map_or(c"".as_ptr(), |value| text_with_nul(value).as_ptr().cast())
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

/// The `nbf` of an assertion, which has none where this is 0.
fn optional_time(seconds: u64) -> Result<Option<NumericDate>, Error> {
    if seconds == 0 { Ok(None) } else { time(seconds, Argument::NotBefore).map(Some) }
}

pub(crate) fn time(seconds: u64, argument: Argument) -> Result<NumericDate, Error> {
    NumericDate::from_seconds(seconds).map_err(|error| error.about(argument))
}
