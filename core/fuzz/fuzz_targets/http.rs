//! HTTP: it does not matter in which pieces an answer comes, and what is sent in chunks arrives whole.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use jurat_core::{Cause, End, Error, Response};

type Read = fn(&mut [u8], End) -> Option<Result<Answer, Cause>>;

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    headers: [Option<String>; 4],
    truncated: bool,
    incomplete: bool,
    body: Vec<u8>,
}

fn answer(read: Result<Option<Response<'_>>, Error>) -> Option<Result<Answer, Cause>> {
    let response = match read {
        Ok(response) => response?,
        Err(error) => return Some(Err(error.cause())),
    };
    let headers = [response.content_type(), response.date(), response.age(), response.retry_after()];
    Some(Ok(Answer {
        status: response.status(),
        headers: headers.map(|value| value.map(str::to_owned)),
        truncated: response.is_truncated(),
        incomplete: response.is_incomplete(),
        body: response.into_body().to_vec(),
    }))
}

/// As the pieces come, and then no more.
fn in_pieces(bytes: &[u8], pieces: &[u8], end: End, read: Read) -> Option<Result<Answer, Cause>> {
    let mut length = 0;
    let mut pieces = pieces.iter();
    while length < bytes.len() {
        let piece = pieces.next().map_or(bytes.len(), |piece| usize::from(*piece) + 1);
        length = bytes.len().min(length + piece);
        let mut buffer = bytes[..length].to_vec();
        let found = read(&mut buffer, End::NotYet);
        if found.is_some() {
            return found;
        }
        assert_eq!(buffer, bytes[..length], "it asked for more, and changed what it has");
    }
    read(&mut bytes.to_vec(), end)
}

/// A body in chunks of these sizes.
fn chunked(body: &[u8], sizes: &[u8]) -> Vec<u8> {
    let mut sent = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nAge: 7\r\n\r\n".to_vec();
    let (mut rest, mut sizes) = (body, sizes.iter());
    while !rest.is_empty() {
        let size = sizes.next().map_or(rest.len(), |size| usize::from(*size) + 1).min(rest.len());
        sent.extend(format!("{size:x}\r\n").bytes());
        sent.extend(&rest[..size]);
        sent.extend(b"\r\n");
        rest = &rest[size..];
    }
    sent.extend(b"0\r\n\r\n");
    sent
}

// How many pieces there are, their sizes, then the answer.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut input = Unstructured::new(data);
    let Ok((made, count)) = <(bool, u8)>::arbitrary(&mut input) else { return };
    let Ok(pieces) = input.bytes(usize::from(count % 16)) else { return };
    let rest = input.take_rest();
    let sent = if made { chunked(rest, pieces) } else { rest.to_vec() };
    let readers: [Read; 2] = [
        |bytes, end| answer(Response::from_http1(bytes, end)),
        |bytes, end| answer(Response::from_http1_head(bytes, end)),
    ];
    let results = readers.map(|read| {
        let [found, full] = [End::Connection, End::Buffer].map(|end| {
            let whole = read(&mut sent.clone(), End::NotYet).or_else(|| read(&mut sent.clone(), end));
            let found = in_pieces(&sent, pieces, end, read);
            assert_eq!(found, whole);
            // Who has ended sends no more.
            assert!(found.is_some());
            found
        });
        // What is missing is said to be so, by who has cut it off, and is no other.
        match (&found, full) {
            (Some(Ok(found)), Some(Ok(full))) => {
                assert!(!found.truncated && !full.incomplete && (full.truncated || !found.incomplete));
                let same = Answer { truncated: false, incomplete: found.incomplete, ..full };
                assert_eq!(*found, same);
            }
            (Some(Err(Cause::ResponseTruncated)), full) => assert_eq!(full, Some(Err(Cause::ResponseTooLarge))),
            (found, full) => assert_eq!(*found, full),
        }
        found
    });
    if made {
        let [Some(Ok(whole)), Some(Ok(head))] = results else { panic!("{results:?}") };
        assert_eq!((whole.body.as_slice(), whole.incomplete, whole.headers[2].as_deref()), (rest, false, Some("7")));
        assert_eq!((head.status, head.body.len()), (200, 0));
    }
});
