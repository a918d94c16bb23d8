//! What is known of a server: its product's profile, its metadata, and what may be sent to it.

use core::ffi::c_char;
use core::ptr::null;

use jurat_core::{
    Argument, AudienceRule, Cause, Endpoint, Error, Es256Rule, IssuerIdentifier, KeyIdRule, Metadata, Profile, Server,
    Support, TypeRule, WellKnown,
};

use crate::convert::{
    HttpCall, Inputs, Made, Place, ServerCall, check_header, endpoint_url, flag, issuer_identifier, numbered, refused,
    status, struct_size, token_endpoint,
};
use crate::types::*;
use crate::with_output;

/// An absent text.
pub(crate) const NONE: jurat_str = jurat_str { data: null(), length: 0 };

/// A text for C.
pub(crate) const fn c_text(text: &str) -> jurat_str {
    jurat_str { data: text.as_ptr().cast(), length: text.len() }
}

pub(crate) fn optional_c_text(text: Option<&str>) -> jurat_str {
    text.map_or(NONE, c_text)
}

// SAFETY: plain data; the texts of the profiles below are literals.
unsafe impl Sync for jurat_profile {}

/// A row of core's table for C. What C has no number for becomes 0, which a test refuses.
const fn c_profile(row: &Profile<'static>) -> jurat_profile {
    const fn audience(rule: AudienceRule<'static>) -> (u32, jurat_str) {
        match rule {
            AudienceRule::Issuer => (JURAT_AUDIENCE_ISSUER, NONE),
            AudienceRule::TokenEndpoint => (JURAT_AUDIENCE_TOKEN_ENDPOINT, NONE),
            AudienceRule::InvokedEndpoint => (JURAT_AUDIENCE_INVOKED_ENDPOINT, NONE),
            AudienceRule::Fixed(uri) => (JURAT_AUDIENCE_FIXED, c_text(uri)),
            AudienceRule::ClientId => (JURAT_AUDIENCE_CLIENT_ID, NONE),
            _ => (0, NONE),
        }
    }
    const fn tolerance(seconds: Option<u32>) -> u32 {
        match seconds {
            Some(seconds) => seconds,
            None => u32::MAX,
        }
    }
    let (audience_number, audience_fixed) = audience(row.audience);
    let (grant_audience, grant_audience_fixed) = match row.grant_audience {
        None => (0, NONE),
        Some(rule) => audience(rule),
    };
    let (type_, type_fixed) = match row.typ {
        TypeRule::ClientAuthentication => (JURAT_TYPE_CLIENT_AUTHENTICATION, NONE),
        TypeRule::Jwt => (JURAT_TYPE_JWT, NONE),
        TypeRule::Omit => (JURAT_TYPE_OMIT, NONE),
        TypeRule::Fixed(typ) => (JURAT_TYPE_FIXED, c_text(typ)),
        _ => (0, NONE),
    };
    jurat_profile {
        struct_size: struct_size::<jurat_profile>(),
        flags: flag(row.not_before, JURAT_PROFILE_NOT_BEFORE)
            | flag(row.jwt_id_required, JURAT_PROFILE_JWT_ID_REQUIRED)
            | flag(row.claims_refused, JURAT_PROFILE_CLAIMS_REFUSED)
            | flag(!row.send_client_id, JURAT_PROFILE_OMIT_CLIENT_ID)
            | flag(row.proof_of_possession, JURAT_PROFILE_PROOF_OF_POSSESSION),
        id: c_text(row.id),
        es256: match row.es256 {
            Es256Rule::Accepted => JURAT_ES256_ACCEPTED,
            Es256Rule::IfAdvertised => JURAT_ES256_IF_ADVERTISED,
            Es256Rule::Refused => JURAT_ES256_REFUSED,
            Es256Rule::ClientSecret => JURAT_ES256_CLIENT_SECRET,
            Es256Rule::AudienceList => JURAT_ES256_AUDIENCE_LIST,
            _ => 0,
        },
        audience: audience_number,
        audience_fixed,
        type_,
        type_fixed,
        max_lifetime: row.max_lifetime,
        key_id: match row.key_id {
            KeyIdRule::Optional => JURAT_KEY_ID_OPTIONAL,
            KeyIdRule::Required => JURAT_KEY_ID_REQUIRED,
            KeyIdRule::CertificateThumbprint => JURAT_KEY_ID_CERTIFICATE_THUMBPRINT,
            _ => 0,
        },
        grant_audience,
        grant_audience_fixed,
        grant_max_lifetime: row.grant_max_lifetime,
        future_tolerance: tolerance(row.future_tolerance),
        expiry_tolerance: tolerance(row.expiry_tolerance),
    }
}

/// RFC 10070 as it stands, for servers that follow it.
#[unsafe(no_mangle)]
pub static jurat_profile_rfc_10070: jurat_profile = c_profile(&Profile::RFC_10070);
/// Keycloak.
#[unsafe(no_mangle)]
pub static jurat_profile_keycloak: jurat_profile = c_profile(&Profile::KEYCLOAK);
/// Ory Hydra. Its audience is the token endpoint, which has to be configured.
#[unsafe(no_mangle)]
pub static jurat_profile_ory_hydra: jurat_profile = c_profile(&Profile::ORY_HYDRA);
/// Okta. Its audience is the endpoint that is contacted, which has to be configured.
#[unsafe(no_mangle)]
pub static jurat_profile_okta: jurat_profile = c_profile(&Profile::OKTA);
/// Spring Authorization Server.
#[unsafe(no_mangle)]
pub static jurat_profile_spring: jurat_profile = c_profile(&Profile::SPRING);
/// Duende IdentityServer.
#[unsafe(no_mangle)]
pub static jurat_profile_duende: jurat_profile = c_profile(&Profile::DUENDE);
/// Authelia.
#[unsafe(no_mangle)]
pub static jurat_profile_authelia: jurat_profile = c_profile(&Profile::AUTHELIA);
/// oidc-provider for Node.js, but for its FAPI 2.0 mode, which is `jurat_profile_fapi2`.
#[unsafe(no_mangle)]
pub static jurat_profile_oidc_provider: jurat_profile = c_profile(&Profile::OIDC_PROVIDER);
/// Authlib.
#[unsafe(no_mangle)]
pub static jurat_profile_authlib: jurat_profile = c_profile(&Profile::AUTHLIB);
/// Better Auth.
#[unsafe(no_mangle)]
pub static jurat_profile_better_auth: jurat_profile = c_profile(&Profile::BETTER_AUTH);
/// Zitadel. `kid` is required.
#[unsafe(no_mangle)]
pub static jurat_profile_zitadel: jurat_profile = c_profile(&Profile::ZITADEL);
/// Glewlwyd, a project that has ended. Its audience is the endpoint that is contacted.
#[unsafe(no_mangle)]
pub static jurat_profile_glewlwyd: jurat_profile = c_profile(&Profile::GLEWLWYD);
/// ATProto, the network of Bluesky. DPoP is required.
#[unsafe(no_mangle)]
pub static jurat_profile_atproto: jurat_profile = c_profile(&Profile::ATPROTO);
/// A server that holds to the FAPI 2.0 Security Profile.
#[unsafe(no_mangle)]
pub static jurat_profile_fapi2: jurat_profile = c_profile(&Profile::FAPI2);
/// Singpass (Singapore).
#[unsafe(no_mangle)]
pub static jurat_profile_singpass: jurat_profile = c_profile(&Profile::SINGPASS);
/// Corppass (Singapore).
#[unsafe(no_mangle)]
pub static jurat_profile_corppass: jurat_profile = c_profile(&Profile::CORPPASS);
/// The API of Apple Business Manager and Apple School Manager.
#[unsafe(no_mangle)]
pub static jurat_profile_apple_business: jurat_profile = c_profile(&Profile::APPLE_BUSINESS);
/// ServiceNow, for JWT bearer grants.
#[unsafe(no_mangle)]
pub static jurat_profile_servicenow: jurat_profile = c_profile(&Profile::SERVICENOW);
/// The Consumer Data Right (Australia).
#[unsafe(no_mangle)]
pub static jurat_profile_au_cdr: jurat_profile = c_profile(&Profile::AU_CDR);
/// Auth0: RS256, RS384 and PS256 only.
#[unsafe(no_mangle)]
pub static jurat_profile_auth0: jurat_profile = c_profile(&Profile::AUTH0);
/// Microsoft Entra ID: PS256 and RS256 only, with a certificate.
#[unsafe(no_mangle)]
pub static jurat_profile_entra: jurat_profile = c_profile(&Profile::ENTRA);
/// Google service accounts: grants with RS256 only.
#[unsafe(no_mangle)]
pub static jurat_profile_google: jurat_profile = c_profile(&Profile::GOOGLE);
/// Salesforce: grants with RS256 only.
#[unsafe(no_mangle)]
pub static jurat_profile_salesforce: jurat_profile = c_profile(&Profile::SALESFORCE);
/// Maskinporten (Norway): grants with RS256, RS384 and RS512 only.
#[unsafe(no_mangle)]
pub static jurat_profile_maskinporten: jurat_profile = c_profile(&Profile::MASKINPORTEN);
/// IBM Verify: RS, PS and HS algorithms only.
#[unsafe(no_mangle)]
pub static jurat_profile_ibm: jurat_profile = c_profile(&Profile::IBM);
/// Oracle Identity Cloud Service: RS256 only.
#[unsafe(no_mangle)]
pub static jurat_profile_oracle: jurat_profile = c_profile(&Profile::ORACLE);
/// SMART on FHIR. ES256 is an extra of some servers, whose metadata lists it.
#[unsafe(no_mangle)]
pub static jurat_profile_smart: jurat_profile = c_profile(&Profile::SMART);
/// Open Banking (United Kingdom): PS256 only.
#[unsafe(no_mangle)]
pub static jurat_profile_uk_open_banking: jurat_profile = c_profile(&Profile::UK_OPEN_BANKING);
/// Open Finance (Brazil): PS256 only.
#[unsafe(no_mangle)]
pub static jurat_profile_brazil_open_banking: jurat_profile = c_profile(&Profile::BRAZIL_OPEN_BANKING);
/// Sign in with Apple: an ES256 JWT as `client_secret`, with another `iss` than `sub`.
#[unsafe(no_mangle)]
pub static jurat_profile_apple_sign_in: jurat_profile = c_profile(&Profile::APPLE_SIGN_IN);
/// gematik ZETA (Germany): a list of audiences, with the token endpoint in it.
#[unsafe(no_mangle)]
pub static jurat_profile_gematik: jurat_profile = c_profile(&Profile::GEMATIK);

/// How many there are.
const COUNT: usize = 31;

/// Looks a profile up. For programs that read the id at run time: all profiles get into them, where a name such as
/// `jurat_profile_keycloak` takes that one alone.
///
/// @param id  Such as "keycloak".
/// @return The profile with this id, or NULL.
///
/// Stack: 128 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_profile_named(id: jurat_str) -> *const jurat_profile {
    // SAFETY: the caller's promise is this function's own.
    let Ok(Some(id)) = (unsafe { Inputs::without_output().text(id, Argument::Profile) }) else { return null() };
    named(id).map_or(null(), core::ptr::from_ref)
}

fn named(id: &str) -> Option<&'static jurat_profile> {
    static ALL: [&jurat_profile; COUNT] = [
        &jurat_profile_rfc_10070,
        &jurat_profile_keycloak,
        &jurat_profile_ory_hydra,
        &jurat_profile_okta,
        &jurat_profile_spring,
        &jurat_profile_duende,
        &jurat_profile_authelia,
        &jurat_profile_oidc_provider,
        &jurat_profile_authlib,
        &jurat_profile_better_auth,
        &jurat_profile_zitadel,
        &jurat_profile_glewlwyd,
        &jurat_profile_atproto,
        &jurat_profile_fapi2,
        &jurat_profile_singpass,
        &jurat_profile_corppass,
        &jurat_profile_apple_business,
        &jurat_profile_servicenow,
        &jurat_profile_au_cdr,
        &jurat_profile_auth0,
        &jurat_profile_entra,
        &jurat_profile_google,
        &jurat_profile_salesforce,
        &jurat_profile_maskinporten,
        &jurat_profile_ibm,
        &jurat_profile_oracle,
        &jurat_profile_smart,
        &jurat_profile_uk_open_banking,
        &jurat_profile_brazil_open_banking,
        &jurat_profile_apple_sign_in,
        &jurat_profile_gematik,
    ];
    ALL.iter().copied().find(|profile| {
        // SAFETY: the texts of these profiles are literals.
        let own = unsafe { core::slice::from_raw_parts(profile.id.data.cast::<u8>(), profile.id.length) };
        own == id.as_bytes()
    })
}

/// For the library alone, which calls it through the `hook` that JURAT_SERVER_INIT sets: the knowledge of servers gets only
/// into firmware that has a jurat_server.
///
/// @param call  The library's own.
///
/// Stack: 640 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_server_hook(call: *mut jurat_server_call) {
    // SAFETY: whoever calls a hook gives it this, or nothing.
    let Some(call) = (unsafe { call.cast::<ServerCall<'_, '_>>().as_mut() }) else { return };
    call.result = apply(call.inputs, call.server, &mut call.made);
}

fn apply<'a>(inputs: &Inputs, server: &'a jurat_server, made: &mut Made<'_, 'a>) -> Result<(), Error> {
    // SAFETY: as promised to the call that the assertion was given to.
    let server = unsafe { inputs.server(server) }?;
    match made {
        Made::Client(assertion, c, url) => {
            let endpoint = match c.endpoint {
                0 => Endpoint::Token,
                number => numbered(number, Endpoint::from_number, Argument::Endpoint)?,
            };
            let url = url.map(|url| endpoint_url(url, c.flags)).transpose()?;
            server.apply_to_client(assertion, endpoint, url)
        }
        Made::Grant(assertion) => server.apply_to_grant(assertion),
    }
}

/// For the library alone: set it as the `http_hook` of a jurat_token_request that has an `http_endpoint`.
///
/// @param call  The library's own.
///
/// Stack: 160 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_http_hook(call: *mut jurat_http_call) {
    // SAFETY: whoever calls a hook gives it this, or nothing.
    let Some(call) = (unsafe { call.cast::<HttpCall<'_, '_>>().as_mut() }) else { return };
    call.result = endpoint_url(call.url, call.flags).map(|url| call.request.set_http_head(url));
}

impl Inputs {
    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    unsafe fn server<'a>(&self, c: &'a jurat_server) -> Result<Server<'a>, Error> {
        // SAFETY: as promised.
        unsafe {
            let mut server = Server::new(issuer_identifier(self.required(c.issuer, Argument::Issuer)?, c.flags)?);
            if let Some(profile) = self.optional_reference(c.profile, Argument::Profile)? {
                server = server.with_profile(self.profile(profile)?);
            }
            if let Some(url) = self.text(c.token_endpoint, Argument::TokenEndpoint)? {
                server = server.with_token_endpoint(token_endpoint(url, c.flags)?);
            }
            if let Some(metadata) = self.optional_reference(c.metadata, Argument::Metadata)? {
                server = server.with_metadata(self.metadata(metadata)?);
            }
            Ok(server)
        }
    }

    /// # Safety
    /// As for [`server`](Self::server).
    pub(crate) unsafe fn profile<'a>(&self, c: &'a jurat_profile) -> Result<Profile<'a>, Error> {
        const UNKNOWN: Error = Error::new(Cause::UnknownStruct, Argument::Profile);
        let flags = JURAT_PROFILE_NOT_BEFORE
            | JURAT_PROFILE_JWT_ID_REQUIRED
            | JURAT_PROFILE_CLAIMS_REFUSED
            | JURAT_PROFILE_OMIT_CLIENT_ID
            | JURAT_PROFILE_PROOF_OF_POSSESSION;
        check_header::<jurat_profile>(c.struct_size, c.flags, flags, Argument::Profile)?;
        let mut profile: Profile<'a> = Profile::RFC_10070;
        // Texts of core's row that nothing here looks at.
        (profile.id, profile.product, profile.source, profile.date) = ("", "", "", "");
        profile.es256 = match c.es256 {
            JURAT_ES256_ACCEPTED => Es256Rule::Accepted,
            JURAT_ES256_IF_ADVERTISED => Es256Rule::IfAdvertised,
            JURAT_ES256_REFUSED => Es256Rule::Refused,
            JURAT_ES256_CLIENT_SECRET => Es256Rule::ClientSecret,
            JURAT_ES256_AUDIENCE_LIST => Es256Rule::AudienceList,
            _ => return Err(UNKNOWN),
        };
        // SAFETY: as promised.
        unsafe {
            profile.audience = self.audience(c.audience, c.audience_fixed)?;
            profile.grant_audience = match (c.grant_audience, c.grant_audience_fixed.length) {
                (0, 0) => None,
                (number, _) => Some(self.audience(number, c.grant_audience_fixed)?),
            };
            profile.typ = match (c.type_, self.text(c.type_fixed, Argument::Type)?) {
                (JURAT_TYPE_FIXED, typ) => TypeRule::Fixed(typ.unwrap_or_default()),
                (_, Some(_)) => return refused(Cause::Conflict, Argument::Type),
                (JURAT_TYPE_CLIENT_AUTHENTICATION, None) => TypeRule::ClientAuthentication,
                (JURAT_TYPE_JWT, None) => TypeRule::Jwt,
                (JURAT_TYPE_OMIT, None) => TypeRule::Omit,
                _ => return Err(UNKNOWN),
            };
        }
        profile.key_id = match c.key_id {
            JURAT_KEY_ID_OPTIONAL => KeyIdRule::Optional,
            JURAT_KEY_ID_REQUIRED => KeyIdRule::Required,
            JURAT_KEY_ID_CERTIFICATE_THUMBPRINT => KeyIdRule::CertificateThumbprint,
            _ => return Err(UNKNOWN),
        };
        let tolerance = |seconds| if seconds == u32::MAX { None } else { Some(seconds) };
        profile.max_lifetime = c.max_lifetime;
        profile.grant_max_lifetime = c.grant_max_lifetime;
        profile.not_before = c.flags & JURAT_PROFILE_NOT_BEFORE != 0;
        profile.jwt_id_required = c.flags & JURAT_PROFILE_JWT_ID_REQUIRED != 0;
        profile.claims_refused = c.flags & JURAT_PROFILE_CLAIMS_REFUSED != 0;
        profile.send_client_id = c.flags & JURAT_PROFILE_OMIT_CLIENT_ID == 0;
        profile.proof_of_possession = c.flags & JURAT_PROFILE_PROOF_OF_POSSESSION != 0;
        profile.future_tolerance = tolerance(c.future_tolerance);
        profile.expiry_tolerance = tolerance(c.expiry_tolerance);
        Ok(profile)
    }

    /// # Safety
    /// As for [`text`](Self::text).
    unsafe fn audience<'a>(&self, number: u32, fixed: jurat_str) -> Result<AudienceRule<'a>, Error> {
        // SAFETY: as promised.
        match (number, unsafe { self.text(fixed, Argument::Audience) }?) {
            (JURAT_AUDIENCE_FIXED, uri) => Ok(AudienceRule::Fixed(uri.unwrap_or_default())),
            (_, Some(_)) => refused(Cause::Conflict, Argument::Audience),
            (JURAT_AUDIENCE_ISSUER, None) => Ok(AudienceRule::Issuer),
            (JURAT_AUDIENCE_TOKEN_ENDPOINT, None) => Ok(AudienceRule::TokenEndpoint),
            (JURAT_AUDIENCE_INVOKED_ENDPOINT, None) => Ok(AudienceRule::InvokedEndpoint),
            (JURAT_AUDIENCE_CLIENT_ID, None) => Ok(AudienceRule::ClientId),
            _ => refused(Cause::UnknownStruct, Argument::Profile),
        }
    }

    /// # Safety
    /// As for [`server`](Self::server).
    pub(crate) unsafe fn metadata<'a>(&self, c: &'a jurat_metadata) -> Result<Metadata<'a>, Error> {
        check_header::<jurat_metadata>(c.struct_size, c.flags, 0, Argument::Metadata)?;
        let support = |number| numbered(number, Support::from_number, Argument::Metadata);
        // SAFETY: as promised.
        let issuer = unsafe { self.required(c.issuer, Argument::Metadata) }?;
        // It was read for an issuer identifier of either scheme, which the server's own has to equal.
        let issuer = IssuerIdentifier::insecure_http(issuer).map_err(|error| error.about(Argument::Metadata))?;
        Ok(Metadata::from_parts(
            issuer,
            [
                (support(c.token_private_key_jwt)?, support(c.token_es256)?),
                (support(c.introspection_private_key_jwt)?, support(c.introspection_es256)?),
                (support(c.revocation_private_key_jwt)?, support(c.revocation_es256)?),
            ],
        ))
    }
}

const NO_METADATA: jurat_metadata = jurat_metadata {
    struct_size: 0,
    flags: 0,
    issuer: NONE,
    token_endpoint: NONE,
    pushed_authorization_request_endpoint: NONE,
    introspection_endpoint: NONE,
    revocation_endpoint: NONE,
    device_authorization_endpoint: NONE,
    backchannel_authentication_endpoint: NONE,
    grant_types: NONE,
    token_private_key_jwt: 0,
    token_es256: 0,
    introspection_private_key_jwt: 0,
    introspection_es256: 0,
    revocation_private_key_jwt: 0,
    revocation_es256: 0,
    client_credentials: 0,
    jwt_bearer: 0,
};

fn c_metadata(metadata: &Metadata<'_>) -> jurat_metadata {
    let url = |endpoint| optional_c_text(metadata.endpoint(endpoint));
    let number = |support: Support| support.number().unsigned_abs();
    let method = |endpoint| number(metadata.private_key_jwt(endpoint));
    let es256 = |endpoint| number(metadata.es256(endpoint));
    jurat_metadata {
        struct_size: struct_size::<jurat_metadata>(),
        flags: 0,
        issuer: c_text(metadata.issuer().as_str()),
        token_endpoint: url(Endpoint::Token),
        pushed_authorization_request_endpoint: url(Endpoint::PushedAuthorizationRequest),
        introspection_endpoint: url(Endpoint::Introspection),
        revocation_endpoint: url(Endpoint::Revocation),
        device_authorization_endpoint: url(Endpoint::DeviceAuthorization),
        backchannel_authentication_endpoint: url(Endpoint::BackchannelAuthentication),
        grant_types: optional_c_text(metadata.grant_types()),
        token_private_key_jwt: method(Endpoint::Token),
        token_es256: es256(Endpoint::Token),
        introspection_private_key_jwt: method(Endpoint::Introspection),
        introspection_es256: es256(Endpoint::Introspection),
        revocation_private_key_jwt: method(Endpoint::Revocation),
        revocation_es256: es256(Endpoint::Revocation),
        client_credentials: number(metadata.grant_type("client_credentials")),
        jwt_bearer: number(metadata.grant_type("urn:ietf:params:oauth:grant-type:jwt-bearer")),
    }
}

/// Reads a server's metadata (RFC 8414 section 2, OpenID Connect Discovery 1.0 section 3), which must be about `issuer`.
///
/// The document must have come over TLS whose certificate was checked against the issuer's host (RFC 8414 section 6.1).
///
/// @param document       The body of the answer, of any size. It is changed: strings are unescaped where they stand.
/// @param document_size  Bytes.
/// @param issuer         The issuer identifier that is configured.
/// @param flags          JURAT_INSECURE_HTTP, or 0.
/// @param metadata       Receives what the document says, and points into it; zeroed on failure.
/// @return Status: JURAT_OK, or about the document NOT_UTF8, INVALID_JSON, TOO_DEEP, REPEATED, WRONG_TYPE; about its
/// URLs NOT_HTTPS, HAS_FRAGMENT, INVALID_CHARACTER, EMPTY, TOO_LONG; about its issuer and `issuer` those of
/// jurat_issuer_compare(); OVERLAP.
///
/// Stack: 1,344 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_metadata_read(
    document: *mut c_char,
    document_size: usize,
    issuer: jurat_str,
    flags: u32,
    metadata: *mut jurat_metadata,
) -> i32 {
    let inputs = Inputs::new(document.cast(), document_size);
    // SAFETY: the caller's promise is this function's own; `inputs` refuses what overlaps the document.
    status(|| unsafe {
        let place = Place::new(&inputs, metadata, Argument::Metadata)?;
        let read = || {
            let issuer = inputs.issuer(issuer, flags)?;
            let document = Inputs::changeable(document, document_size, Argument::Metadata)?;
            Ok(c_metadata(&Metadata::read(document, issuer)?))
        };
        place.give(read(), NO_METADATA)
    })
}

impl Inputs {
    /// The issuer identifier of a call that has flags.
    ///
    /// # Safety
    /// As for [`text`](Self::text).
    unsafe fn issuer<'a>(&self, issuer: jurat_str, flags: u32) -> Result<IssuerIdentifier<'a>, Error> {
        known_flags(flags)?;
        // SAFETY: as promised.
        issuer_identifier(unsafe { self.required(issuer, Argument::Issuer) }?, flags)
    }
}

/// Refuses flags that calls do not have.
pub(crate) fn known_flags(flags: u32) -> Result<(), Error> {
    if flags & !JURAT_INSECURE_HTTP == 0 { Ok(()) } else { refused(Cause::UnknownStruct, Argument::None) }
}

/// Writes the URL at which an issuer's metadata may stand, for a GET request. There are three: the next one is tried if
/// there is no document at the one before.
///
/// @param form           JURAT_WELL_KNOWN_OAUTH_AUTHORIZATION_SERVER, _OPENID_CONFIGURATION_INSERTED or
///                       _OPENID_CONFIGURATION.
/// @param issuer         The issuer identifier.
/// @param flags          JURAT_INSECURE_HTTP, or 0.
/// @param output         Receives the URL, ASCII, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, UNKNOWN_STRUCT (a form or flag), EMPTY,
/// TOO_LONG, NOT_UTF8, NOT_HTTPS, HAS_QUERY, HAS_FRAGMENT, INVALID_CHARACTER.
///
/// Stack: 256 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_well_known_url(
    form: u32,
    issuer: jurat_str,
    flags: u32,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let form = numbered(form, WellKnown::from_number, Argument::None)?;
            Ok(form.write(inputs.issuer(issuer, flags)?, output)?.len())
        })
    }
}

/// Compares an issuer identifier with one that was found, in metadata or elsewhere: code point by code point (RFC 8414
/// sections 3.3 and 4).
///
/// @param issuer  The issuer identifier that is configured.
/// @param found   What was found, any text.
/// @param flags   JURAT_INSECURE_HTTP, or 0: for `issuer`.
/// @return Status: JURAT_OK, or for two that differ OTHER_ISSUER, or how close they are: ISSUER_SCHEME, ISSUER_PORT,
/// ISSUER_PATH, ISSUER_ENCODING, ISSUER_CASE, ISSUER_SLASH; NULL_POINTER, UNKNOWN_STRUCT (a flag), EMPTY, TOO_LONG,
/// NOT_UTF8, NOT_HTTPS, HAS_QUERY, HAS_FRAGMENT, INVALID_CHARACTER.
///
/// Stack: 320 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_issuer_compare(issuer: jurat_str, found: jurat_str, flags: u32) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe { inputs.issuer(issuer, flags)?.check(inputs.required(found, Argument::Issuer)?) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_its_row() {
        for row in Profile::ALL {
            // SAFETY: the texts of the profile are literals.
            let mut profile = unsafe { Inputs::without_output().profile(named(row.id).unwrap()) }.unwrap();
            // What C does not have.
            (profile.id, profile.product, profile.source, profile.date) = (row.id, row.product, row.source, row.date);
            profile.lifetime = row.lifetime;
            assert_eq!(profile, *row);
        }
        assert_eq!(Profile::ALL.len(), COUNT);
    }

    #[test]
    fn no_other_name_is_known() {
        for id in ["", "Keycloak", "keycloak ", "keycloa", "jurat"] {
            assert!(named(id).is_none());
        }
    }
}
