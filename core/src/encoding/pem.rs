//! PEM (RFC 7468): what OpenSSL and others read and write.

use super::base64url;
use super::output::Output;

/// Bytes in a line of 64 characters (RFC 7468 section 2).
const LINE: usize = 48;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const REST: &str = "-----\n";

/// Bytes that this many bytes of DER take. `der` is the size of some structure, so that nothing overflows.
#[expect(clippy::arithmetic_side_effects, reason = "see above")]
pub(crate) const fn size(label: &str, der: usize) -> usize {
    BEGIN.len() + END.len() + 2 * (label.len() + REST.len()) + base64url::padded_len(der) + der.div_ceil(LINE)
}

/// Writes a PEM block; every line ends in LF, the last one too.
pub(crate) fn write(output: &mut Output<'_>, label: &str, der: &[u8]) {
    for part in [BEGIN, label, REST] {
        output.put(part.as_bytes());
    }
    for line in der.chunks(LINE) {
        if let Some(free) = output.reserve(base64url::padded_len(line.len())) {
            base64url::encode_padded_into(line, free);
        }
        output.put(b"\n");
    }
    for part in [END, label, REST] {
        output.put(part.as_bytes());
    }
}
