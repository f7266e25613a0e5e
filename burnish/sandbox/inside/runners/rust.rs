//! The sandbox's test runner for Rust: a crate that test files and drivers link beside the module.
//! It reads its secret from descriptor 3 before anything of the module runs, and seals both: the
//! module's safe code can then reach neither the descriptor nor this process's memory. Each line is
//! signed with the secret and its number, for rustc has had holes through which safe code could.

use std::any::Any;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt::{Debug, Write};
use std::panic::{catch_unwind, set_hook, AssertUnwindSafe, PanicInfo};
use std::sync::Mutex;
use std::time::Instant;

extern "C" {
    fn read(fd: i32, buffer: *mut u8, count: usize) -> isize;
    fn write(fd: i32, buffer: *const u8, count: usize) -> isize;
    fn fcntl(fd: i32, command: i32, ...) -> i32;
    fn prctl(option: i32, ...) -> i32;
}

const REPORT: i32 = 3;
const SHOWN: usize = 600;
#[rustfmt::skip]
const K: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/// One test of a file.
pub struct Test {
    pub name: &'static str,
    pub ignored: bool,
    /// `Some(part of the message)` if it has to panic.
    pub panics: Option<&'static str>,
    pub body: fn() -> Result<(), String>,
}

/// What a test function may return.
pub trait Outcome {
    fn told(self) -> Result<(), String>;
}

impl Outcome for () {
    fn told(self) -> Result<(), String> {
        Ok(())
    }
}

impl<T, E: Debug> Outcome for Result<T, E> {
    fn told(self) -> Result<(), String> {
        self.map(drop).map_err(|error| format!("Error: {:?}", error))
    }
}

/// The outcome of a test function's own result.
pub fn told<T: Outcome>(value: T) -> Result<(), String> {
    value.told()
}

struct Report {
    secret: String,
    written: Cell<usize>,
    skip: Vec<String>,
}

impl Report {
    /// Read the one line of configuration, then seal the descriptor and the process: no program
    /// that the module starts inherits the one, none may look into the other.
    fn open() -> Report {
        let (mut line, mut one) = (Vec::new(), [0u8]);
        while unsafe { read(REPORT, one.as_mut_ptr(), 1) } == 1 && one[0] != b'\n' {
            line.push(one[0]);
        }
        unsafe {
            fcntl(REPORT, 2, 1); // F_SETFD, FD_CLOEXEC
            prctl(4, 0usize, 0usize, 0usize, 0usize); // PR_SET_DUMPABLE
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        let skip = line.split_once("\"skip\": [").and_then(|(_, rest)| rest.split_once(']'));
        Report {
            secret: text_after(&line, "\"secret\": \""),
            written: Cell::new(0),
            skip: skip.map_or(Vec::new(), |(list, _)| list.split(", ").map(unquoted).collect()),
        }
    }

    fn emit(&self, event: &str, fields: &str) {
        let body = format!("{{\"event\": \"{}\"{}}}", event, fields);
        let number = self.written.replace(self.written.get() + 1);
        let signed = sha256(format!("{}:{}:{}", self.secret, number, body).as_bytes());
        let line = format!("{}\t{:08x}{:08x}\n", body, signed[0], signed[1]);
        let mut left = line.as_bytes();
        while !left.is_empty() {
            let sent = unsafe { write(REPORT, left.as_ptr(), left.len()) };
            if sent <= 0 {
                return;
            }
            left = &left[sent as usize..];
        }
    }
}

/// SHA-256 (FIPS 180-4), which std has not: eight words.
fn sha256(text: &[u8]) -> [u32; 8] {
    let mut padded = text.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8 + 63) / 64 * 64 - 8, 0);
    padded.extend((text.len() as u64 * 8).to_be_bytes());
    let mut hash = [
        0x6a09e667u32, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
        0x5be0cd19,
    ];
    for block in padded.chunks(64) {
        let mut w = [0u32; 64];
        for (i, word) in block.chunks(4).enumerate() {
            w[i] = word.iter().fold(0, |all, &byte| all << 8 | u32::from(byte));
        }
        for i in 16..64 {
            let (a, b) = (w[i - 15], w[i - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
            w[i] = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1);
        }
        let mut v = hash;
        for i in 0..64 {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = v[4] & v[5] ^ !v[4] & v[6];
            let one = v[7].wrapping_add(s1).wrapping_add(choice).wrapping_add(K[i]).wrapping_add(w[i]);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let two = s0.wrapping_add(v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]);
            v = [one.wrapping_add(two), v[0], v[1], v[2], v[3].wrapping_add(one), v[4], v[5], v[6]];
        }
        for (word, new) in hash.iter_mut().zip(v) {
            *word = word.wrapping_add(new);
        }
    }
    hash
}

fn text_after(line: &str, mark: &str) -> String {
    let rest = line.split_once(mark).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or("").to_string()
}

/// A JSON string of the configuration: a test's name, or a number as it is.
fn unquoted(item: &str) -> String {
    let mut parts = item.trim_matches('"').split("\\u");
    let mut text = parts.next().unwrap_or("").to_string();
    for part in parts {
        let code = part.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        text.extend(code.and_then(char::from_u32));
        text.push_str(part.get(4..).unwrap_or(""));
    }
    text
}

static SEEN: Mutex<Option<(String, String, u32)>> = Mutex::new(None);

/// Keep what the next panics say, instead of whatever hook the module has set.
fn listen() {
    *seen() = None;
    set_hook(Box::new(|info: &PanicInfo| {
        let (file, line) = info.location().map_or(("", 0), |at| (at.file(), at.line()));
        *seen() = Some((said(info.payload()), file.to_string(), line));
    }));
}

fn seen() -> std::sync::MutexGuard<'static, Option<(String, String, u32)>> {
    SEEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn said(payload: &(dyn Any + Send)) -> String {
    let plain = payload.downcast_ref::<&str>().map(|text| text.to_string());
    let text = plain.or_else(|| payload.downcast_ref::<String>().cloned());
    text.map_or("a value that is no text".to_string(), |text| text.replace("::std::", ""))
}

/// A panic as (message, file, line). The payload is never dropped: its drop may be the module's.
fn caught(payload: Box<dyn Any + Send>) -> (String, String, u32) {
    let told = seen().take().unwrap_or_else(|| (said(&*payload), String::new(), 0));
    std::mem::forget(payload);
    told
}

/// Run the tests one by one and report each. `module` is the file name of the module under test.
pub fn run(module: &str, tests: &[Test]) {
    let report = Report::open();
    for test in tests {
        if report.skip.iter().any(|name| name == test.name) {
            continue;
        }
        let id = quoted(test.name);
        if test.ignored {
            report.emit("test", &format!(", \"id\": {}, \"outcome\": \"skipped\"", id));
            continue;
        }
        report.emit("start", &format!(", \"id\": {}", id));
        listen();
        let began = Instant::now();
        let ended = catch_unwind(AssertUnwindSafe(test.body));
        let seconds = began.elapsed().as_secs_f64();
        let failure = match (ended.map_err(caught), test.panics) {
            (Ok(Ok(())), None) => None,
            (Ok(Ok(())), Some(_)) => Some(("assertion", "it did not panic".to_string(), 0)),
            (Ok(Err(message)), _) => Some(("exception", message, 0)),
            (Err(panic), None) => Some(described(panic, module)),
            (Err((message, ..)), Some(part)) if message.contains(part) => None,
            (Err((message, ..)), Some(part)) => {
                Some(("assertion", format!("panicked with {:?}, not {:?}", message, part), 0))
            }
        };
        let mut fields = format!(", \"id\": {}, \"seconds\": {}", id, seconds);
        match failure {
            None => fields.push_str(", \"outcome\": \"passed\""),
            Some((category, message, line)) => {
                let message: String = message.chars().take(SHOWN).collect();
                let _ = write!(fields, ", \"outcome\": \"failed\", \"category\": \"{}\"", category);
                let _ = write!(fields, ", \"message\": {}", quoted(&message));
                if line > 0 {
                    let _ = write!(fields, ", \"line\": {}", line);
                }
            }
        }
        report.emit("test", &fields);
    }
}

/// A failed assertion is one of the test file's own; any other panic is an exception.
fn described(panic: (String, String, u32), module: &str) -> (&'static str, String, u32) {
    let (message, file, line) = panic;
    let elsewhere = ["called `", "index out of", "attempt to ", "already borrowed"];
    let own = file == module || file.starts_with('/');
    if !own && !elsewhere.iter().any(|start| message.starts_with(start)) {
        return ("assertion", message, 0);
    }
    let line = if file == module { line } else { 0 };
    ("exception", format!("panicked: {}", message), line)
}

/// What a call gave.
pub enum Given {
    Value(String),
    Raised(String, String),
}

/// Make the calls one by one and report each value in the canonical form of `values.py`.
pub fn calls(list: &[fn() -> Given]) {
    let report = Report::open();
    for (index, call) in list.iter().enumerate() {
        if report.skip.contains(&index.to_string()) {
            continue;
        }
        report.emit("start", &format!(", \"id\": {}", index));
        listen();
        let began = Instant::now();
        let given = catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|payload| {
            Given::Raised("panic".to_string(), caught(payload).0)
        });
        let mut fields = format!(", \"index\": {}", index);
        let _ = write!(fields, ", \"seconds\": {}", began.elapsed().as_secs_f64());
        let _ = match given {
            Given::Value(value) => write!(fields, ", \"value\": {}", value),
            Given::Raised(kind, message) => write!(
                fields,
                ", \"raised\": [{}], \"message\": {}",
                quoted(&kind),
                quoted(&message.chars().take(SHOWN).collect::<String>())
            ),
        };
        report.emit("value", &fields);
    }
}

/// A value on its way out. `(&&&&Out(value)).given()` takes the first of the traits below that the
/// value's type allows, for method lookup removes one reference at a time.
pub struct Out<T>(pub T);

pub trait Plain {
    fn given(&self) -> Given;
}

impl<T: Canonical> Plain for &&&Out<T> {
    fn given(&self) -> Given {
        self.0.raised().unwrap_or_else(|| Given::Value(self.0.canonical()))
    }
}

pub trait Fallible {
    fn given(&self) -> Given;
}

impl<T: Debug, E: Debug> Fallible for &&Out<Result<T, E>> {
    fn given(&self) -> Given {
        match &self.0 {
            Ok(value) => Given::Value(opaque(value)),
            Err(error) => raised(error),
        }
    }
}

pub trait Shown {
    fn given(&self) -> Given;
}

impl<T: Debug> Shown for &Out<T> {
    fn given(&self) -> Given {
        Given::Value(opaque(&self.0))
    }
}

pub trait Hidden {
    fn given(&self) -> Given;
}

impl<T> Hidden for Out<T> {
    fn given(&self) -> Given {
        let kind = quoted(std::any::type_name::<T>());
        Given::Value(format!("[\"other\", {}, {}]", kind, kind))
    }
}

fn raised<E: Debug>(error: &E) -> Given {
    let kind = std::any::type_name::<E>();
    let kind = kind.split('<').next().unwrap_or("").rsplit("::").next().unwrap_or("");
    Given::Raised(kind.to_string(), format!("{:?}", error))
}

fn opaque<T: Debug>(value: &T) -> String {
    let text: String = format!("{:?}", value).chars().take(2000).collect();
    format!("[\"other\", {}, {}]", quoted(std::any::type_name::<T>()), quoted(&text))
}

/// What has a form that all languages share.
pub trait Canonical {
    fn canonical(&self) -> String;

    fn raised(&self) -> Option<Given> {
        None
    }
}

macro_rules! numbers {
    ($tag:literal: $($kind:ty)*) => {$(
        impl Canonical for $kind {
            fn canonical(&self) -> String {
                let text = format!("{:?}", self).replace("NaN", "nan");
                format!("[\"{}\", \"{}\"]", $tag, text)
            }
        }
    )*};
}

numbers!("int": i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
numbers!("float": f32 f64);

impl Canonical for bool {
    fn canonical(&self) -> String {
        format!("[\"bool\", {}]", self)
    }
}

impl Canonical for () {
    fn canonical(&self) -> String {
        "[\"none\", null]".to_string()
    }
}

impl Canonical for str {
    fn canonical(&self) -> String {
        format!("[\"str\", {}]", quoted(self))
    }
}

impl Canonical for String {
    fn canonical(&self) -> String {
        self.as_str().canonical()
    }
}

impl Canonical for char {
    fn canonical(&self) -> String {
        self.to_string().as_str().canonical()
    }
}

impl<T: Canonical> Canonical for Option<T> {
    fn canonical(&self) -> String {
        self.as_ref().map_or_else(|| ().canonical(), T::canonical)
    }
}

impl<T: Canonical, E: Debug> Canonical for Result<T, E> {
    fn canonical(&self) -> String {
        match self {
            Ok(value) => value.canonical(),
            Err(error) => opaque(error),
        }
    }

    fn raised(&self) -> Option<Given> {
        self.as_ref().err().map(raised)
    }
}

macro_rules! pointers {
    ($($kind:ty)*) => {$(
        impl<T: Canonical + ?Sized> Canonical for $kind {
            fn canonical(&self) -> String {
                (**self).canonical()
            }
        }
    )*};
}

pointers!(&T &mut T Box<T> std::rc::Rc<T> std::sync::Arc<T>);

impl<T: Canonical + ToOwned + ?Sized> Canonical for std::borrow::Cow<'_, T> {
    fn canonical(&self) -> String {
        (**self).canonical()
    }
}

fn listed<'a, T: Canonical + 'a>(tag: &str, items: impl IntoIterator<Item = &'a T>) -> String {
    let items: Vec<String> = items.into_iter().map(T::canonical).collect();
    format!("[\"{}\", [{}]]", tag, items.join(", "))
}

macro_rules! collections {
    ($tag:literal: $([$($extra:tt)*] $kind:ty;)*) => {$(
        impl<T: Canonical, $($extra)*> Canonical for $kind {
            fn canonical(&self) -> String {
                listed($tag, self)
            }
        }
    )*};
}

collections!("list": [] [T]; [] Vec<T>; [] VecDeque<T>; [] LinkedList<T>; [const N: usize] [T; N];);
collections!("set": [S] HashSet<T, S>; [] BTreeSet<T>;);

fn mapped<'a, K: Canonical + 'a, V: Canonical + 'a>(
    pairs: impl Iterator<Item = (&'a K, &'a V)>,
) -> String {
    let pairs = pairs.map(|(key, value)| format!("[{}, {}]", key.canonical(), value.canonical()));
    format!("[\"dict\", [{}]]", pairs.collect::<Vec<_>>().join(", "))
}

impl<K: Canonical, V: Canonical, S> Canonical for HashMap<K, V, S> {
    fn canonical(&self) -> String {
        mapped(self.iter())
    }
}

impl<K: Canonical, V: Canonical> Canonical for BTreeMap<K, V> {
    fn canonical(&self) -> String {
        mapped(self.iter())
    }
}

macro_rules! tuples {
    ($(($($name:ident $place:tt),*))*) => {$(
        impl<$($name: Canonical),*> Canonical for ($($name,)*) {
            fn canonical(&self) -> String {
                let items = [$(self.$place.canonical()),*];
                format!("[\"tuple\", [{}]]", items.join(", "))
            }
        }
    )*};
}

tuples!((A 0)(A 0, B 1)(A 0, B 1, C 2)(A 0, B 1, C 2, D 3)(A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5));

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.chars() {
        let _ = match sign {
            '"' | '\\' => write!(out, "\\{}", sign),
            '\u{0}'..='\u{1f}' => write!(out, "\\u{:04x}", sign as u32),
            _ => write!(out, "{}", sign),
        };
    }
    out.push('"');
    out
}
