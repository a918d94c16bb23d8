//! Server products.

use jurat_core::{Argument, AudienceRule, Cause, Es256Rule, KeyIdRule, TypeRule};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::convert::{noted, optional_text, refused, text, unknown};

const ES256: [(&str, Es256Rule); 5] = [
    ("accepted", Es256Rule::Accepted),
    ("if_advertised", Es256Rule::IfAdvertised),
    ("refused", Es256Rule::Refused),
    ("client_secret", Es256Rule::ClientSecret),
    ("audience_list", Es256Rule::AudienceList),
];

const KEY_ID: [(&str, KeyIdRule); 3] = [
    ("optional", KeyIdRule::Optional),
    ("required", KeyIdRule::Required),
    ("certificate_thumbprint", KeyIdRule::CertificateThumbprint),
];

const AUDIENCE: [(&str, AudienceRule<'static>); 4] = [
    ("issuer", AudienceRule::Issuer),
    ("token_endpoint", AudienceRule::TokenEndpoint),
    ("invoked_endpoint", AudienceRule::InvokedEndpoint),
    ("client_id", AudienceRule::ClientId),
];

const TYPE: [(&str, TypeRule<'static>); 2] =
    [("client-authentication+jwt", TypeRule::ClientAuthentication), ("JWT", TypeRule::Jwt)];

/// What a table calls this rule; a rule that is younger than the table has no name there.
fn name_of<R: PartialEq>(table: &[(&'static str, R)], rule: &R) -> &'static str {
    table.iter().find(|(_, each)| each == rule).map_or("", |(name, _)| name)
}

fn rule_of<R: Copy>(table: &[(&str, R)], name: &str) -> Option<R> {
    table.iter().find(|(each, _)| *each == name).map(|(_, rule)| *rule)
}

/// The name of a rule in a table, and nothing else.
fn named<R>(table: &[(&'static str, R)], value: &Bound<'_, PyAny>, argument: &str) -> PyResult<&'static str> {
    let given = value.cast::<PyString>()?;
    let name = given.to_str().ok().and_then(|given| table.iter().find(|(name, _)| *name == given));
    name.map(|(name, _)| *name).ok_or_else(|| unknown(given, argument, table.iter().map(|(name, _)| *name)))
}

/// The name of a rule, or an absolute URI, which has a colon.
fn audience(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<String> {
    let given = text(value.cast()?, Argument::Audience)?;
    if given.contains(':') { Ok(given) } else { named(&AUDIENCE, value, argument).map(str::to_owned) }
}

fn audience_of(rule: AudienceRule<'_>) -> String {
    if let AudienceRule::Fixed(uri) = rule { uri.to_owned() } else { name_of(&AUDIENCE, &rule).to_owned() }
}

fn audience_rule(audience: &str) -> AudienceRule<'_> {
    rule_of(&AUDIENCE, audience).unwrap_or(AudienceRule::Fixed(audience))
}

fn lifetime(value: &Bound<'_, PyAny>) -> PyResult<u32> {
    let value = value.cast::<pyo3::types::PyInt>()?;
    value.extract().or_else(|_| refused(value.py(), Cause::LifetimeOutOfRange, Argument::Lifetime))
}

#[pyclass(frozen, eq, hash, get_all, module = "jurat")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Profile {
    id: String,
    product: String,
    es256: &'static str,
    audience: String,
    #[pyo3(name = "type")]
    typ: Option<String>,
    lifetime: u32,
    max_lifetime: u32,
    not_before: bool,
    key_id: &'static str,
    jwt_id_required: bool,
    send_client_id: bool,
    claims_refused: bool,
    grant_audience: Option<String>,
    grant_max_lifetime: u32,
    future_tolerance: Option<u32>,
    expiry_tolerance: Option<u32>,
    proof_of_possession: bool,
    source: String,
    date: String,
}

impl Profile {
    pub(crate) fn with_id(id: &Bound<'_, PyString>) -> PyResult<Self> {
        let names = || jurat_core::Profile::ALL.iter().map(|profile| profile.id);
        let row = id.to_str().ok().and_then(jurat_core::Profile::named);
        row.map(Self::from_core).ok_or_else(|| unknown(id, Argument::Profile.text(), names()))
    }

    pub(crate) fn from_core(row: &jurat_core::Profile<'_>) -> Self {
        Self {
            id: row.id.to_owned(),
            product: row.product.to_owned(),
            es256: name_of(&ES256, &row.es256),
            audience: audience_of(row.audience),
            typ: match row.typ {
                TypeRule::Omit => None,
                TypeRule::Fixed(typ) => Some(typ.to_owned()),
                rule => Some(name_of(&TYPE, &rule).to_owned()),
            },
            lifetime: row.lifetime,
            max_lifetime: row.max_lifetime,
            not_before: row.not_before,
            key_id: name_of(&KEY_ID, &row.key_id),
            jwt_id_required: row.jwt_id_required,
            send_client_id: row.send_client_id,
            claims_refused: row.claims_refused,
            grant_audience: row.grant_audience.map(audience_of),
            grant_max_lifetime: row.grant_max_lifetime,
            future_tolerance: row.future_tolerance,
            expiry_tolerance: row.expiry_tolerance,
            proof_of_possession: row.proof_of_possession,
            source: row.source.to_owned(),
            date: row.date.to_owned(),
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn core(&self) -> jurat_core::Profile<'_> {
        let mut row: jurat_core::Profile<'_> = jurat_core::Profile::RFC_10070;
        row.id = &self.id;
        row.product = &self.product;
        row.es256 = rule_of(&ES256, self.es256).unwrap_or(Es256Rule::Refused);
        row.audience = audience_rule(&self.audience);
        row.typ = match self.typ.as_deref() {
            None => TypeRule::Omit,
            Some(typ) => rule_of(&TYPE, typ).unwrap_or(TypeRule::Fixed(typ)),
        };
        row.lifetime = self.lifetime;
        row.max_lifetime = self.max_lifetime;
        row.not_before = self.not_before;
        row.key_id = rule_of(&KEY_ID, self.key_id).unwrap_or(KeyIdRule::Required);
        row.jwt_id_required = self.jwt_id_required;
        row.send_client_id = self.send_client_id;
        row.claims_refused = self.claims_refused;
        row.grant_audience = self.grant_audience.as_deref().map(audience_rule);
        row.grant_max_lifetime = self.grant_max_lifetime;
        row.future_tolerance = self.future_tolerance;
        row.expiry_tolerance = self.expiry_tolerance;
        row.proof_of_possession = self.proof_of_possession;
        row.source = &self.source;
        row.date = &self.date;
        row
    }

    fn set(&mut self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        match name {
            "id" => self.id = text(value.cast()?, Argument::Profile)?,
            "es256" => self.es256 = named(&ES256, value, name)?,
            "audience" => self.audience = audience(value, name)?,
            "type" => {
                self.typ = optional_text(value.extract::<Option<Bound<'_, PyString>>>()?.as_ref(), Argument::Type)?
            }
            "lifetime" => self.lifetime = lifetime(value)?,
            "max_lifetime" => self.max_lifetime = lifetime(value)?,
            "not_before" => self.not_before = value.extract()?,
            "key_id" => self.key_id = named(&KEY_ID, value, name)?,
            "jwt_id_required" => self.jwt_id_required = value.extract()?,
            "send_client_id" => self.send_client_id = value.extract()?,
            "claims_refused" => self.claims_refused = value.extract()?,
            "grant_audience" if value.is_none() => self.grant_audience = None,
            "grant_audience" => self.grant_audience = Some(audience(value, name)?),
            "grant_max_lifetime" => self.grant_max_lifetime = lifetime(value)?,
            _ => return Err(PyTypeError::new_err(format!("replace() got an unexpected keyword argument '{name}'"))),
        }
        Ok(())
    }
}

#[pymethods]
impl Profile {
    #[staticmethod]
    #[pyo3(signature = (name, /))]
    fn named(name: &Bound<'_, PyString>) -> PyResult<Self> {
        Self::with_id(name)
    }

    #[staticmethod]
    fn names() -> Vec<&'static str> {
        jurat_core::Profile::ALL.iter().map(|profile| profile.id).collect()
    }

    #[pyo3(signature = (**changes))]
    fn replace(&self, changes: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut profile = self.clone();
        for (name, value) in changes.into_iter().flatten() {
            let name = name.cast::<PyString>()?.to_string_lossy();
            profile.set(&name, &value).map_err(|error| noted(value.py(), error, &name))?;
        }
        Ok(profile)
    }

    fn __repr__(&self) -> String {
        format!("Profile({})", self.id)
    }
}
