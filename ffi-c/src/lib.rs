//! The C API: converts arguments, makes one call into `jurat_core`, converts the result.
//!
//! `include/jurat.h` is generated from this crate; the conventions stand there once, at the top.
#![no_std]
#![allow(non_camel_case_types, non_upper_case_globals, reason = "the names are the C names")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the doc comments become the header's, which says it once: every pointer is \
          NULL or points to what its type and length say"
)]

#[cfg(not(target_os = "none"))]
extern crate std;

mod convert;
mod diagnosis;
mod exchange;
mod keys;
mod server;
mod signers;
mod types;

use core::ffi::c_char;
use core::ptr::{null, null_mut};

use jurat_core::{
    Argument, Assertion, Cause, Error, Es256Signature, Es256Signer, Kind, SignError, SigningInput, ToBeSigned,
    TokenRequest,
};

use convert::{Array, ClaimsCall, Inputs, Place, c_string, check_header};
pub use diagnosis::*;
pub use exchange::*;
pub use keys::*;
pub use server::*;
pub use signers::*;
pub use types::*;

/// The status of a call that did what it was asked for. Every other status is negative.
pub const JURAT_OK: i32 = 0;

/// On bare metal nobody unwinds: a panic would stop here. Only the calls on the curve, the key import and HTTP contain code that
/// could panic, in dependencies.
#[cfg(target_os = "none")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // The no-panic gate links with this symbol undefined: what links then has no reachable panic.
    #[cfg(jurat_panic_gate)]
    {
        unsafe extern "C" {
            fn jurat_reachable_panic() -> !;
        }
        // SAFETY: never linked, so never called.
        unsafe { jurat_reachable_panic() }
    }
    #[cfg(not(jurat_panic_gate))]
    loop {
        core::hint::spin_loop();
    }
}

/// What every call with an output does: checks where the output goes, runs `call`, tells the length.
///
/// # Safety
/// `output` is `size` writable bytes or NULL with a size of 0; `length` is writable or NULL.
pub(crate) unsafe fn with_output(
    output: *mut c_char,
    size: usize,
    length: *mut usize,
    call: impl FnOnce(&Inputs, &mut [u8]) -> Result<usize, Error>,
) -> i32 {
    let output = output.cast::<u8>();
    let inputs = Inputs::new(output, size);
    // SAFETY: as promised.
    if let Err(error) = unsafe { inputs.writable(length, Argument::OutputLength) } {
        return error.status();
    }
    let result = if size == 0 {
        call(&inputs, &mut [])
    } else if output.is_null() || size > isize::MAX.unsigned_abs() {
        Err(Error::new(Cause::NullPointer, Argument::Output))
    } else {
        // SAFETY: not NULL; `size` writable bytes as promised; `Inputs` refuses every input inside of them.
        call(&inputs, unsafe { core::slice::from_raw_parts_mut(output, size) })
    };
    let (status, written) = match result {
        Ok(written) => (JURAT_OK, written),
        Err(error) => (error.status(), error.needed().unwrap_or_default()),
    };
    // SAFETY: not NULL, aligned, outside of the output.
    unsafe { length.write(written) };
    status
}

/// A `jurat_signer` as a signer of core's.
pub(crate) struct Callback {
    signer: *mut jurat_signer,
    /// The same once it was asked, and what it returned. That goes into the struct when this is dropped, at the end of the call:
    /// until then inputs are borrowed, and nothing keeps C from giving a struct that overlaps one.
    asked: *mut jurat_signer,
    returned: i32,
}

impl Callback {
    pub(crate) const fn new(signer: *mut jurat_signer) -> Self {
        Self { signer, asked: null_mut(), returned: 0 }
    }

    /// # Safety
    /// The signer is NULL or points to a signer that nobody else uses until this is dropped.
    pub(crate) unsafe fn check(&mut self, inputs: &Inputs) -> Result<&mut Self, Error> {
        // SAFETY: as promised; the reference ends here.
        let checked = unsafe { inputs.reference(self.signer, Argument::Signer) }?;
        let known = matches!(checked.form, JURAT_SIGNATURE_RAW | JURAT_SIGNATURE_DER);
        if usize::try_from(checked.struct_size) != Ok(size_of::<jurat_signer>()) || !known {
            return Err(Error::new(Cause::UnknownStruct, Argument::Signer));
        }
        if checked.sign.is_none() {
            return Err(Error::new(Cause::NullPointer, Argument::Signer));
        }
        Ok(self)
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        if !self.asked.is_null() {
            // SAFETY: `check` checked the pointer before it was asked.
            unsafe { (*self.asked).status = self.returned };
        }
    }
}

impl Es256Signer for Callback {
    type Error = Error;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Error> {
        let mut signature = [0; JURAT_SIGNATURE_DER_SIZE];
        let mut length = 0;
        // SAFETY: `check` checked the pointer. The callback may use its struct, so that no reference is held meanwhile.
        let (form, status) = unsafe {
            let (sign, context) = ((*self.signer).sign, (*self.signer).context);
            let Some(sign) = sign else { return Err(Error::new(Cause::NullPointer, Argument::Signer)) };
            let (hash, message) = (input.hash(), input.message());
            let (place, size) = (signature.as_mut_ptr(), signature.len());
            let status = sign(context, hash.as_ptr(), message.as_ptr(), message.len(), place, size, &raw mut length);
            ((*self.signer).form, status)
        };
        (self.asked, self.returned) = (self.signer, status);
        if status != 0 {
            return Err(Error::new(Cause::SignerFailed, Argument::Signer));
        }
        let wrong_length = Error::new(Cause::WrongLength, Argument::Signature);
        let signature = signature.get(..length).ok_or(wrong_length)?;
        if form == JURAT_SIGNATURE_DER {
            return Es256Signature::from_der(signature);
        }
        Es256Signature::from_bytes(*<&[u8; JURAT_SIGNATURE_SIZE]>::try_from(signature).map_err(|_| wrong_length)?)
    }
}

/// Both sides of a signing call fail with our own error here: the callback's own number is in its struct.
fn own(error: SignError<Error>) -> Error {
    match error {
        SignError::Refused(error) | SignError::Signer(error) => error,
        _ => Error::new(Cause::SignerFailed, Argument::Signer),
    }
}

/// # Safety
/// As for [`Callback::check`].
unsafe fn sign<K: Kind>(
    inputs: &Inputs,
    made: Option<&Assertion<'_, K>>,
    signer: &mut Callback,
    output: &mut [u8],
) -> Result<usize, Error> {
    let Some(assertion) = made else { return Err(Error::new(Cause::Empty, Argument::ClientAssertion)) };
    // SAFETY: as promised.
    let signer = unsafe { signer.check(inputs) }?;
    let prepared = assertion.prepare_once(output)?;
    let signature = signer.sign(&prepared.to_be_signed())?;
    Ok(prepared.finish(&signature).as_bytes().len())
}

/// Converts a request with all that it points to, and hands it to `call`.
///
/// # Safety
/// `request` is NULL or points to a request; the pointers inside point to what their lengths say.
pub(crate) unsafe fn with_request<T>(
    inputs: &Inputs,
    request: *const jurat_token_request,
    call: impl FnOnce(&jurat_token_request, TokenRequest<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    // SAFETY: as promised.
    unsafe {
        let c = inputs.reference(request, Argument::TokenRequest)?;
        let flags = JURAT_OMIT_CLIENT_ID | JURAT_INSECURE_HTTP;
        check_header::<jurat_token_request>(c.struct_size, c.flags, flags, Argument::TokenRequest)?;
        let grant = inputs.optional_reference(c.grant, Argument::GrantAssertion)?;
        let client = inputs.optional_reference(c.client, Argument::ClientAssertion)?;
        let (mut grant_claims, mut client_claims) = (None, None);
        let parameters = Array::new(inputs, c.parameters, c.parameters_length)?;
        let mut request = TokenRequest::without_assertions();
        let (grant_place, client_place) = request.assertions();
        if let Some(grant) = grant {
            inputs.grant_assertion(grant, grant_place, &mut grant_claims)?;
        }
        if let Some(client) = client {
            inputs.client_assertion(client, client_place, &mut client_claims)?;
        }
        inputs.token_request(c, &mut request, &parameters)?;
        call(c, request)
    }
}

/// Writes a request and has it signed by the callbacks, those of its grant and of its client assertion.
///
/// # Safety
/// As for [`Callback::check`].
pub(crate) unsafe fn sign_request(
    inputs: &Inputs,
    c: &jurat_token_request,
    request: TokenRequest<'_>,
    [grant, client]: &mut [Callback; 2],
    output: &mut [u8],
) -> Result<usize, Error> {
    // A signer that is not needed may be NULL: the other one stands in and is not asked.
    if c.grant.is_null() {
        grant.signer = client.signer;
    }
    if c.client.is_null() {
        client.signer = grant.signer;
    }
    // SAFETY: as promised.
    let (grant, client) = unsafe { (grant.check(inputs)?, client.check(inputs)?) };
    Ok(request.sign_with_each(output, grant, client).map_err(own)?.as_bytes().len())
}

/// The two places for what has to be signed in a request.
pub(crate) struct Places {
    grant: Place<jurat_to_be_signed>,
    client: Place<jurat_to_be_signed>,
}

impl Places {
    /// Empties them.
    ///
    /// # Safety
    /// As for [`Place::new`].
    pub(crate) unsafe fn new(
        inputs: &Inputs,
        grant: *mut jurat_to_be_signed,
        client: *mut jurat_to_be_signed,
    ) -> Result<Self, Error> {
        if grant.addr().abs_diff(client.addr()) < size_of::<jurat_to_be_signed>() {
            return Err(Error::new(Cause::Overlap, Argument::ToBeSigned));
        }
        // SAFETY: as promised.
        let (grant, client) = unsafe { (empty(inputs, grant), empty(inputs, client)) };
        Ok(Self { grant: grant?, client: client? })
    }

    /// Fills them, once nothing of the request is borrowed any more: nothing keeps C from giving places that overlap it.
    pub(crate) fn give(&self, prepared: PreparedRequest) -> usize {
        self.grant.write(prepared.grant);
        self.client.write(prepared.client);
        prepared.length
    }
}

/// A request in the output but for its signatures.
pub(crate) struct PreparedRequest {
    length: usize,
    grant: jurat_to_be_signed,
    client: jurat_to_be_signed,
}

pub(crate) fn prepare(inputs: &Inputs, request: TokenRequest<'_>, output: &mut [u8]) -> Result<PreparedRequest, Error> {
    let (output, grant, client) = request.prepare(output)?.detach();
    let (grant, client) = (show(inputs, grant.as_ref(), output), show(inputs, client.as_ref(), output));
    Ok(PreparedRequest { length: output.len(), grant, client })
}

/// Writes a signed client assertion, for a caller who puts it into a request of their own.
///
/// @param assertion      What it says.
/// @param signer         Who signs it; `signer->status` receives what the signer returned.
/// @param output         Receives the assertion, ASCII, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes. JURAT_CLIENT_ASSERTION_SIZE() is enough.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or those of client assertions and signers.
///
/// Stack: 1,376 bytes, or 640 and the signer's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_client_assertion_sign(
    assertion: *const jurat_client_assertion,
    signer: *mut jurat_signer,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let mut signer = Callback::new(signer);
            let assertion = inputs.reference(assertion, Argument::ClientAssertion)?;
            let (mut made, mut claims) = (None, None);
            inputs.client_assertion(assertion, &mut made, &mut claims)?;
            sign(inputs, made.as_ref(), &mut signer, output)
        })
    }
}

/// For the library alone, which calls it through the `hook` that JURAT_CLAIMS() sets: the code for custom claims gets only
/// into firmware that has some.
///
/// @param call  The library's own.
///
/// Stack: 192 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_claims_hook(call: *mut jurat_claims_call) {
    // SAFETY: whoever calls a hook gives it this, or nothing; the claims are as promised to the call that they were given to.
    if let Some(call) = unsafe { call.cast::<ClaimsCall<'_>>().as_mut() } {
        // SAFETY: as above.
        unsafe { call.answer() };
    }
}

/// Writes a signed grant, for a caller who puts it into a request of their own.
///
/// @param assertion      What it says.
/// @param signer         Who signs it; `signer->status` receives what the signer returned.
/// @param output         Receives the assertion, ASCII, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes. JURAT_GRANT_ASSERTION_SIZE() is enough.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or those of grants and signers.
///
/// Stack: 1,376 bytes, or 640 and the signer's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_grant_assertion_sign(
    assertion: *const jurat_grant_assertion,
    signer: *mut jurat_signer,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let mut signer = Callback::new(signer);
            let assertion = inputs.reference(assertion, Argument::GrantAssertion)?;
            let (mut made, mut claims) = (None, None);
            inputs.grant_assertion(assertion, &mut made, &mut claims)?;
            sign(inputs, made.as_ref(), &mut signer, output)
        })
    }
}

/// Writes the whole body of a token request, assertions included and signed.
///
/// POST it to the token endpoint as JURAT_CONTENT_TYPE, once. With `request->http_endpoint` it is the whole HTTP/1.1 request.
///
/// @param request        What it asks for.
/// @param grant_signer   Who signs the grant; may be NULL where there is none, and may be `client_signer`.
/// @param client_signer  Who signs the client assertion; may be NULL where there is none.
/// @param output         Receives the body, ASCII, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes. JURAT_TOKEN_REQUEST_SIZE() is enough.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or those of requests and signers.
///
/// Stack: 2,144 bytes, or 1,312 and the signer's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_token_request_sign(
    request: *const jurat_token_request,
    grant_signer: *mut jurat_signer,
    client_signer: *mut jurat_signer,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let mut signers = [grant_signer, client_signer].map(Callback::new);
            with_request(inputs, request, |c, request| sign_request(inputs, c, request, &mut signers, output))
        })
    }
}

/// Where a prepare call says what has to be signed.
///
/// # Safety
/// As for [`Place::new`].
unsafe fn to_be_signed(inputs: &Inputs, place: *mut jurat_to_be_signed) -> Result<Place<jurat_to_be_signed>, Error> {
    // SAFETY: as promised.
    unsafe { Place::new(inputs, place, Argument::ToBeSigned) }
}

/// The same, emptied.
///
/// # Safety
/// As for [`Place::new`].
unsafe fn empty(inputs: &Inputs, place: *mut jurat_to_be_signed) -> Result<Place<jurat_to_be_signed>, Error> {
    // SAFETY: as promised.
    unsafe { to_be_signed(inputs, place) }.map(|place| place.emptied(show(inputs, None, &[])))
}

/// What has to be signed, for C.
fn show(inputs: &Inputs, input: Option<&SigningInput>, output: &[u8]) -> jurat_to_be_signed {
    let (message, message_length, hash) = match input.map(|input| input.to_be_signed(output)) {
        None => (null(), 0, [0; JURAT_HASH_SIZE]),
        Some(input) => (inputs.pointer(input.message()).cast_const(), input.message().len(), input.hash()),
    };
    jurat_to_be_signed { message, message_length, hash }
}

/// Writes an assertion but for its signature.
fn prepare_assertion<K: Kind>(
    inputs: &Inputs,
    made: Option<&Assertion<'_, K>>,
    output: &mut [u8],
    place: &Place<jurat_to_be_signed>,
) -> Result<usize, Error> {
    let Some(assertion) = made else { return Err(Error::new(Cause::Empty, Argument::ClientAssertion)) };
    let (output, input) = assertion.prepare_once(output)?.detach();
    place.write(show(inputs, Some(&input), output));
    Ok(output.len())
}

/// The first of two phases: writes a client assertion but for its signature.
///
/// For a signer that answers later. Sign `to_be_signed->hash` (or the message), then call jurat_attach_signature(). Until
/// then the room for the signature is zero bytes. If no signature comes, wipe the output.
///
/// @param assertion      What it says.
/// @param output         Receives the assertion.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes of the finished assertion; with JURAT_CAUSE_BUFFER_TOO_SMALL the same.
/// @param to_be_signed   Receives what has to be signed; it points into `output`.
/// @return Status: JURAT_OK, or those of client assertions.
///
/// Stack: 1,216 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_client_assertion_prepare(
    assertion: *const jurat_client_assertion,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
    to_be_signed: *mut jurat_to_be_signed,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        // Before anything can fail.
        let place = empty(&Inputs::new(output.cast(), output_size), to_be_signed);
        with_output(output, output_size, output_length, |inputs, output| {
            let place = place?;
            let assertion = inputs.reference(assertion, Argument::ClientAssertion)?;
            let (mut made, mut claims) = (None, None);
            inputs.client_assertion(assertion, &mut made, &mut claims)?;
            prepare_assertion(inputs, made.as_ref(), output, &place)
        })
    }
}

/// The first of two phases: writes a grant but for its signature. See jurat_client_assertion_prepare().
///
/// @param assertion      What it says.
/// @param output         Receives the assertion.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes of the finished assertion; with JURAT_CAUSE_BUFFER_TOO_SMALL the same.
/// @param to_be_signed   Receives what has to be signed; it points into `output`.
/// @return Status: JURAT_OK, or those of grants.
///
/// Stack: 1,216 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_grant_assertion_prepare(
    assertion: *const jurat_grant_assertion,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
    to_be_signed: *mut jurat_to_be_signed,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        // Before anything can fail.
        let place = empty(&Inputs::new(output.cast(), output_size), to_be_signed);
        with_output(output, output_size, output_length, |inputs, output| {
            let place = place?;
            let assertion = inputs.reference(assertion, Argument::GrantAssertion)?;
            let (mut made, mut claims) = (None, None);
            inputs.grant_assertion(assertion, &mut made, &mut claims)?;
            prepare_assertion(inputs, made.as_ref(), output, &place)
        })
    }
}

/// The first of two phases: writes the body of a token request but for its signatures.
///
/// Sign what `grant` and `client` hold (a `message` of NULL: nothing), and call jurat_attach_signature() for each. Until
/// then the room for the signatures is zero bytes. If a signature does not come, wipe the output.
///
/// @param request        What it asks for.
/// @param output         Receives the body.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes of the finished body; with JURAT_CAUSE_BUFFER_TOO_SMALL the same.
/// @param grant          Receives what has to be signed for the grant; it points into `output`.
/// @param client         Receives what has to be signed for the client assertion; another place than `grant`.
/// @return Status: JURAT_OK, or those of requests.
///
/// Stack: 2,144 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_token_request_prepare(
    request: *const jurat_token_request,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
    grant: *mut jurat_to_be_signed,
    client: *mut jurat_to_be_signed,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        let places = Places::new(&Inputs::new(output.cast(), output_size), grant, client);
        with_output(output, output_size, output_length, |inputs, output| {
            let places = places?;
            Ok(places.give(with_request(inputs, request, |_, request| prepare(inputs, request, output))?))
        })
    }
}

/// The second phase: puts a signature where it belongs. On failure the whole output is zeroed.
///
/// @param output          The output of the prepare call.
/// @param output_length   What that call gave as `*output_length`.
/// @param to_be_signed    What that call gave; emptied, since a second signature is refused.
/// @param signature       r, then s, 32 bytes each, big-endian.
/// @param signature_size  JURAT_SIGNATURE_SIZE.
/// @return Status: JURAT_OK, or NULL_POINTER, WRONG_LENGTH, OVERLAP, NOT_PREPARED, SIGNATURE_OUT_OF_RANGE.
///
/// Stack: 352 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_attach_signature(
    output: *mut c_char,
    output_length: usize,
    to_be_signed: *mut jurat_to_be_signed,
    signature: *const u8,
    signature_size: usize,
) -> i32 {
    let start = output.addr();
    let mut length = 0;
    // SAFETY: the caller's promise is this function's own; `length` is a local.
    unsafe {
        with_output(output, output_length, &raw mut length, |inputs, output| {
            let attached = (|| {
                let to_be_signed = inputs.reference(to_be_signed.cast_const(), Argument::ToBeSigned)?;
                let signature = inputs.array(signature, signature_size, Argument::Signature)?;
                let signature = Es256Signature::from_bytes(*signature)?;
                if to_be_signed.message.is_null() {
                    return Err(Error::new(Cause::NotPrepared, Argument::ToBeSigned));
                }
                // A message of another output comes out far behind this one, where core finds no room.
                let start = to_be_signed.message.addr().wrapping_sub(start);
                let end = start.saturating_add(to_be_signed.message_length);
                SigningInput::from_parts(start, end).attach(output, &signature)
            })();
            if attached.is_err() {
                output.fill(0);
            }
            // Emptied either way; a NULL one is what `attached` complains of.
            crate::to_be_signed(inputs, to_be_signed)
                .map(|place| place.write(show(inputs, None, &[])))
                .and(attached)?;
            Ok(output.len())
        })
    }
}

/// Takes the cause out of a status. JURAT_CAUSE() is the same as a macro.
///
/// @param status  What a call returned.
/// @return A JURAT_CAUSE_ number, or 0 for JURAT_OK.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub const extern "C" fn jurat_cause_of(status: i32) -> i32 {
    status.wrapping_neg().cast_unsigned().wrapping_shr(8).cast_signed()
}

/// Takes the argument out of a status. JURAT_ARGUMENT() is the same as a macro.
///
/// @param status  What a call returned.
/// @return A JURAT_ARGUMENT_ number.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub const extern "C" fn jurat_argument_of(status: i32) -> i32 {
    status.wrapping_neg() & 0xff
}

/// Says what is wrong.
///
/// @param status  What a call returned.
/// @return A fixed English sentence with a NUL behind it; empty for JURAT_OK and for an unknown status.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn jurat_cause_text(status: i32) -> *const c_char {
    c_string(Cause::from_number(jurat_cause_of(status)), Cause::text_with_nul)
}

/// Names the argument in a status.
///
/// @param status  What a call returned.
/// @return The name, with a NUL behind it; empty where there is none.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn jurat_argument_text(status: i32) -> *const c_char {
    c_string(Argument::from_number(jurat_argument_of(status)), Argument::text_with_nul)
}

/// The version of the library that runs. JURAT_VERSION is that of the header.
///
/// @return Text such as "0.1.0", with a NUL behind it.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub const extern "C" fn jurat_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
