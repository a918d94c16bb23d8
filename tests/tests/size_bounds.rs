//! The size functions give enough for every vector, and not much more than enough.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test panics where it fails")]

use jurat_core::{
    AudienceRule, CERTIFICATE_THUMBPRINT_MEMBER_SIZE, Claim, ClaimValue, Parameter, Profile, client_assertion_size,
    client_assertion_size_worst, grant_assertion_size, grant_assertion_size_worst, token_request_size,
};
use jurat_tests::model::{Client, Expected, File, Grant, Input, Server};
use jurat_tests::runner::{claims, client, grant, request};

/// What a bound may be too large by, for texts without escapes and an assertion without `nbf`.
const SLACK: usize = 60;

/// The normal bound, the one for the worst case, and what is needed.
struct Sizes {
    normal: usize,
    worst: usize,
    needed: usize,
    plain: bool,
    /// Says more or less than the bound is for: `nbf`, or what a server's profile decides.
    varies: bool,
}

impl Sizes {
    fn check(&self, id: &str, wrong: &mut Vec<String>) {
        let Self { normal, worst, needed, .. } = *self;
        if worst < needed {
            wrong.push(format!("{id}: worst {worst} < needed {needed}"));
        }
        if self.plain && normal < needed {
            wrong.push(format!("{id}: {normal} < needed {needed}"));
        }
        if self.plain && !self.varies && normal > needed + SLACK {
            wrong.push(format!("{id}: {normal} is far above needed {needed}"));
        }
    }
}

/// ASCII without quote, backslash and control characters, which is what the normal bound is for.
fn is_plain(texts: &[Option<&str>]) -> bool {
    let plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_control() && byte != b'"' && byte != b'\\';
    texts.iter().flatten().all(|text| text.bytes().all(plain))
}

/// The custom claims as JSON members, as another writer makes them.
fn members(claims: &[Claim<'_>]) -> usize {
    let json = |text: &str| serde_json::to_string(text).unwrap().len();
    let member = |claim: &Claim<'_>| {
        let value = match claim.value {
            ClaimValue::Text(text) => json(text),
            ClaimValue::Integer(number) => number.to_string().len(),
            ClaimValue::Boolean(value) => value.to_string().len(),
            ClaimValue::Json(text) => text.len(),
            _ => "null".len(),
        };
        json(claim.name) + value + ",:".len()
    };
    claims.iter().map(member).sum()
}

fn jwt_id_length(text: Option<&String>, random: Option<[u8; 16]>) -> usize {
    text.map_or(if random.is_some() { 22 } else { 0 }, String::len)
}

/// The longest audience that a server with this configuration can have.
fn server_length(server: &Server) -> usize {
    let fixed = match Profile::named(&server.profile).unwrap().audience {
        AudienceRule::Fixed(uri) => uri.len(),
        _ => 0,
    };
    let pinned = server.token_endpoint.as_ref().map_or(0, String::len);
    server.issuer.len().max(pinned).max(fixed)
}

fn client_sizes(input: &Client) -> Sizes {
    let claims = claims(&input.claims);
    let key_id = input.key_id.as_ref().map_or(0, String::len);
    let jwt_id = jwt_id_length(input.jwt_id.as_ref(), input.random);
    let issuer = input.issuer.as_ref().or(input.endpoint_url.as_ref()).map_or(0, String::len);
    let issuer = input.server.as_ref().map_or(issuer, |server| server_length(server).max(issuer));
    let (id, own) = (input.client_id.len(), members(&claims));
    let certificate = input.certificate_thumbprint.as_ref().map_or(0, |_| CERTIFICATE_THUMBPRINT_MEMBER_SIZE);
    Sizes {
        normal: client_assertion_size(id, issuer, jwt_id, key_id, own) + certificate,
        worst: client_assertion_size_worst(id, issuer, jwt_id, key_id, own) + certificate,
        needed: client(input, &claims).unwrap().needed().unwrap(),
        plain: is_plain(&[Some(&input.client_id), input.jwt_id.as_deref(), input.key_id.as_deref()]),
        varies: input.not_before.is_some() || input.server.is_some(),
    }
}

fn grant_sizes(input: &Grant) -> Sizes {
    let claims = claims(&input.claims);
    let key_id = input.key_id.as_ref().map_or(0, String::len);
    let typ = input.r#type.as_ref().map_or(0, String::len);
    let jwt_id = jwt_id_length(input.jwt_id.as_ref(), input.random);
    let audience = input.issuer.as_ref().or(input.token_endpoint.as_ref()).map_or(0, String::len);
    let audience = input.server.as_ref().map_or(audience, |server| server_length(server).max(input.iss.len()));
    let (iss, sub, own) = (input.iss.len(), input.sub.len(), members(&claims));
    let certificate = input.certificate_thumbprint.as_ref().map_or(0, |_| CERTIFICATE_THUMBPRINT_MEMBER_SIZE);
    let texts = [
        Some(&*input.iss),
        Some(&input.sub),
        input.jwt_id.as_deref(),
        input.key_id.as_deref(),
        input.r#type.as_deref(),
    ];
    Sizes {
        normal: grant_assertion_size(iss, sub, audience, jwt_id, key_id, typ, own) + certificate,
        worst: grant_assertion_size_worst(iss, sub, audience, jwt_id, key_id, typ, own) + certificate,
        needed: grant(input, &claims).unwrap().needed().unwrap(),
        plain: is_plain(&texts),
        varies: input.not_before.is_some() || input.server.is_some(),
    }
}

#[test]
fn bounds_hold_for_every_vector() {
    let file = File::parse(include_str!("../vectors/vectors.json")).unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for vector in &file.vectors {
        // A whole HTTP request is no body, and has a bound of its own.
        let Expected::Output { output } = &vector.expected else { continue };
        checked += 1;
        let id = &vector.id;
        let needed = match &vector.input {
            Input::ClientAssertion(input) => {
                let sizes = client_sizes(input);
                sizes.check(id, &mut wrong);
                sizes.needed
            }
            Input::GrantAssertion(input) => {
                let sizes = grant_sizes(input);
                sizes.check(id, &mut wrong);
                sizes.needed
            }
            Input::TokenRequest(input) => {
                let client = input.client.as_ref().map(client_sizes);
                let grant = input.grant.as_ref().map(grant_sizes);
                for sizes in client.iter().chain(&grant) {
                    sizes.check(id, &mut wrong);
                }
                let client_id = input.client.as_ref().filter(|_| !input.omit_client_id);
                let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
                let parameters = |(name, value): &(String, String)| name.len() + value.len() + 2;
                let bound = token_request_size(
                    client.map_or(0, |sizes| sizes.needed),
                    grant.map_or(0, |sizes| sizes.needed),
                    client_id.map_or(0, |client| client.client_id.len()),
                    length(&input.scope),
                    length(&input.resource),
                    input.parameters.iter().map(parameters).sum(),
                );
                let grant_claims = input.grant.as_ref().map_or_else(Vec::new, |grant| claims(&grant.claims));
                let client_claims = input.client.as_ref().map_or_else(Vec::new, |client| claims(&client.claims));
                let list: Vec<_> = input.parameters.iter().map(|(name, value)| Parameter { name, value }).collect();
                let needed = request(input, &grant_claims, &client_claims, &list).unwrap().needed().unwrap();
                if bound < needed {
                    wrong.push(format!("{id}: {bound} < needed {needed}"));
                }
                needed
            }
            Input::Signature(input) => client_sizes(&input.client).needed,
            Input::Sign(_) | Input::Call(_) | Input::Exchange(_) | Input::Diagnosis(_) => continue,
        };
        if needed != output.len() {
            wrong.push(format!("{id}: needed {needed}, but the output has {} bytes", output.len()));
        }
    }
    assert!(checked > 0);
    assert!(wrong.is_empty(), "of {checked} vectors:\n{}", wrong.join("\n"));
}
