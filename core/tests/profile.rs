//! The profiles, written down a second time from what is known of the servers.
#![allow(clippy::unwrap_used, missing_docs)]

use jurat_core::{AudienceRule, Es256Rule, KeyIdRule, Profile, TypeRule};

/// In columns: whether it takes ES256; `aud` and `typ` of client assertions; the usual and the most seconds; `kid`; whether
/// `jti` is required, `client_id` and `nbf` are sent, unknown claims refused, a proof of possession wanted; `aud` and the most
/// seconds of grants; seconds that a time may be ahead, and that `exp` may be over; when the row was read.
const KNOWN: &str = "
    rfc-10070            yes     issuer                                          client  60  3600  -    -  +  -  -  -  issuer                               3600  ?    ?    2026-04
    keycloak             yes     issuer                                          client  60  60    -    +  +  -  -  -  issuer                               300   15   0    2026
    ory-hydra            yes     token                                           none    60  3600  -    +  +  -  -  -  token                                3600  0    1    2026-07
    okta                 yes     invoked                                         JWT     60  3600  -    -  +  -  -  -  issuer                               60    ?    ?    2026-08
    spring               yes     issuer                                          JWT     60  3600  -    -  +  -  -  -  ?                                    60    60   61   2026
    duende               yes     issuer                                          client  60  3600  -    +  +  -  -  -  ?                                    60    300  301  2026-07
    authelia             yes     issuer                                          client  60  60    -    +  +  -  -  -  ?                                    60    ?    ?    2026-08
    oidc-provider        yes     issuer                                          client  60  3600  -    +  +  -  -  -  ?                                    60    15   15   2026-11
    authlib              yes     issuer                                          client  60  3600  -    +  +  -  -  -  issuer                               3600  60   60   2026-11
    better-auth          yes     issuer                                          client  60  300   -    +  +  -  -  -  ?                                    60    0    0    2026-11
    zitadel              yes     issuer                                          client  60  3600  +    -  +  -  -  -  issuer                               3600  1    0    2026-08
    glewlwyd             yes     invoked                                         none    60  3600  -    -  +  -  -  -  ?                                    60    0    0    2026
    atproto              yes     issuer                                          none    60  60    +    +  +  -  -  +  ?                                    60    0    0    2026
    fapi2                yes     issuer                                          client  60  60    -    +  +  -  -  +  ?                                    60    10   ?    2026-11
    singpass             yes     issuer                                          JWT     60  120   -    +  +  -  -  -  ?                                    60    ?    ?    2026
    corppass             yes     issuer                                          JWT     60  600   -    +  +  -  -  -  ?                                    60    ?    ?    2026
    apple-business       yes     https://account.apple.com/auth/oauth2/v2/token  JWT     60  3600  +    +  +  -  -  -  ?                                    60    ?    ?    2026
    servicenow           yes     issuer                                          client  60  60    -    +  +  -  -  -  client_id                            60    ?    ?    2026
    au-cdr               yes     issuer                                          JWT     60  300   -    +  +  -  -  +  ?                                    60    ?    ?    2026
    auth0                no      issuer                                          JWT     60  300   -    +  +  -  -  -  ?                                    60    ?    ?    2026
    entra                no      token                                           JWT     60  3600  x5t  +  +  -  -  -  ?                                    60    ?    ?    2026
    google               no      issuer                                          client  60  60    -    -  +  -  -  -  https://oauth2.googleapis.com/token  3600  300  ?    2026
    salesforce           no      issuer                                          client  60  60    -    +  +  -  -  -  https://login.salesforce.com         180   ?    ?    2026
    maskinporten         no      issuer                                          client  60  60    -    +  +  -  +  -  issuer                               120   ?    ?    2026
    ibm                  no      issuer                                          client  60  3600  +    +  +  -  -  -  ?                                    60    ?    ?    2026
    oracle               no      issuer                                          client  60  60    -    +  +  -  -  -  ?                                    60    ?    ?    2026
    smart                listed  token                                           JWT     60  300   +    +  +  -  -  -  ?                                    60    ?    ?    2026
    uk-open-banking      no      token                                           JWT     60  60    -    +  +  -  -  +  ?                                    60    ?    ?    2026
    brazil-open-banking  no      issuer                                          client  60  60    -    +  +  -  -  +  ?                                    60    ?    ?    2026
    apple-sign-in        secret  https://appleid.apple.com                       JWT     60  3600  +    +  +  -  -  -  ?                                    60    ?    ?    2026
    gematik              list    token                                           JWT     60  60    -    +  +  -  -  -  ?                                    60    ?    ?    2026
";

fn audience(rule: Option<AudienceRule<'_>>) -> String {
    match rule {
        None => "?".into(),
        Some(AudienceRule::Issuer) => "issuer".into(),
        Some(AudienceRule::TokenEndpoint) => "token".into(),
        Some(AudienceRule::InvokedEndpoint) => "invoked".into(),
        Some(AudienceRule::ClientId) => "client_id".into(),
        Some(AudienceRule::Fixed(uri)) => uri.into(),
        Some(_) => "other".into(),
    }
}

fn columns(profile: &Profile<'_>) -> Vec<String> {
    let es256 = match profile.es256 {
        Es256Rule::Accepted => "yes",
        Es256Rule::IfAdvertised => "listed",
        Es256Rule::Refused => "no",
        Es256Rule::ClientSecret => "secret",
        Es256Rule::AudienceList => "list",
        _ => "other",
    };
    let typ = match profile.typ {
        TypeRule::ClientAuthentication => "client",
        TypeRule::Jwt => "JWT",
        TypeRule::Omit => "none",
        TypeRule::Fixed(typ) => typ,
        _ => "other",
    };
    let key_id = match profile.key_id {
        KeyIdRule::Optional => "-",
        KeyIdRule::Required => "+",
        KeyIdRule::CertificateThumbprint => "x5t",
        _ => "other",
    };
    let flags = [
        profile.jwt_id_required,
        profile.send_client_id,
        profile.not_before,
        profile.claims_refused,
        profile.proof_of_possession,
    ];
    let seconds = |known: Option<u32>| known.map_or("?".into(), |seconds| seconds.to_string());
    let mut columns = vec![profile.id.to_owned(), es256.to_owned(), audience(Some(profile.audience)), typ.to_owned()];
    columns.extend([profile.lifetime.to_string(), profile.max_lifetime.to_string(), key_id.to_owned()]);
    columns.extend(flags.map(|flag| if flag { "+" } else { "-" }.to_owned()));
    columns.extend([audience(profile.grant_audience), profile.grant_max_lifetime.to_string()]);
    columns.extend([seconds(profile.future_tolerance), seconds(profile.expiry_tolerance), profile.date.to_owned()]);
    columns
}

#[test]
fn each_is_what_is_known_of_it() {
    let expected: Vec<Vec<&str>> = KNOWN.trim().lines().map(|line| line.split_whitespace().collect()).collect();
    let found: Vec<_> = Profile::ALL.iter().map(columns).collect();
    assert_eq!(found, expected);
}

#[test]
fn each_says_where_it_comes_from() {
    for profile in Profile::ALL.iter().skip(1) {
        assert_ne!(profile.source, Profile::RFC_10070.source, "{}", profile.id);
        assert_ne!(profile.product, Profile::RFC_10070.product, "{}", profile.id);
    }
}
