//! The table of server profiles that the README shows.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use jurat_core::{AudienceRule, Es256Rule, KeyIdRule, Profile, TypeRule};

/// The table, as Markdown.
#[must_use]
pub fn table() -> String {
    let mut lines = vec![
        "| profile | product | `aud` | `typ` | longest | header | grant `aud` | from |".into(),
        "| --- | --- | --- | --- | ---: | --- | --- | --- |".into(),
    ];
    let (usable, refused): (Vec<_>, Vec<_>) =
        Profile::ALL.iter().partition(|profile| matches!(profile.es256, Es256Rule::Accepted | Es256Rule::IfAdvertised));
    lines.extend(usable.into_iter().map(row));
    lines.push("\nKnown not to take what jurat makes, and refused before anything is sent:\n".into());
    for profile in refused {
        let why = match profile.es256 {
            Es256Rule::ClientSecret => "a JWT as `client_secret`, which is another object",
            Es256Rule::AudienceList => "a list of audiences",
            _ => "other algorithms than ES256",
        };
        lines.push(format!(
            "- `{}`, {}: wants {why} ({}, {})",
            profile.id, profile.product, profile.source, profile.date
        ));
    }
    lines.join("\n")
}

fn row(profile: &Profile<'_>) -> String {
    let mut marks = String::new();
    if profile.es256 == Es256Rule::IfAdvertised {
        marks.push_str(", only if its metadata lists ES256");
    }
    if profile.proof_of_possession {
        marks.push_str(", client authentication only: it also wants DPoP or mTLS");
    }
    let header = match profile.key_id {
        KeyIdRule::Required => "`kid`",
        KeyIdRule::CertificateThumbprint => "`x5t#S256`",
        _ => "",
    };
    format!(
        "| `{}` | {}{marks} | {} | {} | {} s | {header} | {} | {}, {} |",
        profile.id,
        profile.product,
        audience(profile.audience),
        typ(profile.typ),
        profile.max_lifetime,
        profile.grant_audience.map_or_else(String::new, audience),
        profile.source,
        profile.date,
    )
}

fn audience(rule: AudienceRule<'_>) -> String {
    match rule {
        AudienceRule::Issuer => "issuer".into(),
        AudienceRule::TokenEndpoint => "token endpoint".into(),
        AudienceRule::InvokedEndpoint => "endpoint invoked".into(),
        AudienceRule::Fixed(uri) => format!("`{uri}`"),
        AudienceRule::ClientId => "client id".into(),
        _ => "?".into(),
    }
}

fn typ(rule: TypeRule<'_>) -> String {
    match rule {
        TypeRule::ClientAuthentication => "`client-authentication+jwt`".into(),
        TypeRule::Jwt => "`JWT`".into(),
        TypeRule::Omit => "none".into(),
        TypeRule::Fixed(typ) => format!("`{typ}`"),
        _ => "?".into(),
    }
}
