//! Serves the built page to browsers on this machine, and to no other machine.

use crate::dist;
use crate::project::{Outcome, Project};
use crate::site::{file_for, media_type};
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const DEFAULT_PORT: u16 = 8080;

/// How long a silent browser may hold a connection: browsers open some in advance and leave them unused.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest request that is read: ours have some hundred bytes.
const MAX_REQUEST_BYTES: u64 = 64 * 1024;

/// `cargo xtask serve [--port N]`: builds the page for release and serves it until it is stopped.
pub fn serve(project: &Project, arguments: &[String]) -> Outcome {
    let port = port(arguments)?;
    // The port is taken before the build, so that nobody waits for a build in vain.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is taken by another program; choose one with `cargo xtask serve --port N`")
        }
        _ => format!("cannot listen on port {port}: {error}"),
    })?;
    dist::build(project)?;
    let address = listener.local_addr().map_err(|error| format!("the port has no address: {error}"))?;
    println!("\nNetsplit is at http://{address}/ (Ctrl-C stops it)");
    serve_folder(&listener, project.path("dist"));
    Ok(())
}

fn port(arguments: &[String]) -> Outcome<u16> {
    match arguments {
        [] => Ok(DEFAULT_PORT),
        [option, number] if option == "--port" => {
            number.parse().map_err(|_| format!("`{number}` is not a port: give a number from 0 to 65535"))
        }
        _ => Err("usage: cargo xtask serve [--port N]".to_owned()),
    }
}

/// Answers every request, each in a thread of its own, for as long as the program runs.
fn serve_folder(listener: &TcpListener, folder: PathBuf) {
    let folder: Arc<Path> = folder.into();
    for stream in listener.incoming().flatten() {
        let folder = Arc::clone(&folder);
        // A browser that goes away in the middle of an answer is no matter of ours.
        thread::spawn(move || answer(stream, &folder).ok());
    }
}

fn answer(mut stream: TcpStream, folder: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request_line = read_request(&stream)?;
    let mut words = request_line.split_ascii_whitespace();
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    if method != "GET" && method != "HEAD" {
        return write_answer(
            &mut stream,
            "405 Method Not Allowed",
            "text/plain",
            b"only GET and HEAD\n",
            true,
        );
    }
    let found = file_for(folder, target).and_then(|file| Some((media_type(&file), fs::read(file).ok()?)));
    match found {
        Some((media_type, body)) => write_answer(&mut stream, "200 OK", media_type, &body, method == "GET"),
        None => write_answer(&mut stream, "404 Not Found", "text/plain", b"not found\n", method == "GET"),
    }
}

/// Reads a request up to the empty line that ends it, and returns its first line.
fn read_request(stream: &TcpStream) -> io::Result<String> {
    let mut lines = BufReader::new(stream.take(MAX_REQUEST_BYTES)).lines();
    let first = lines.next().unwrap_or(Ok(String::new()))?;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    Ok(first)
}

fn write_answer(
    stream: &mut TcpStream,
    status: &str,
    media_type: &str,
    body: &[u8],
    with_body: bool,
) -> io::Result<()> {
    // `no-cache` lets the browser keep a file but ask each time: after a new build it sees the new one.
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    if with_body {
        stream.write_all(body)?;
    }
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends a request to a server of the folder with this program's own sources, and returns the whole answer.
    fn ask(request: &str) -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        thread::spawn(move || serve_folder(&listener, folder));
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.write_all(request.as_bytes()).expect("the server reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the server answers and closes");
        answer
    }

    #[test]
    fn a_file_is_answered_with_its_length_and_content() {
        let source = include_str!("lockfile.rs");
        let answer = ask("GET /lockfile.rs HTTP/1.1\r\nHost: here\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains(&format!("Content-Length: {}\r\n", source.len())), "{answer}");
        assert!(answer.ends_with(source), "{answer}");
    }

    #[test]
    fn a_head_request_gets_no_body() {
        let answer = ask("HEAD /lockfile.rs HTTP/1.1\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
    }

    #[test]
    fn what_is_absent_outside_or_not_a_question_is_refused() {
        assert!(ask("GET /absent HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
        assert!(ask("GET /../Cargo.toml HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
        assert!(ask("POST /lockfile.rs HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
        assert!(ask("\r\n\r\n").starts_with("HTTP/1.1 405 "));
    }

    #[test]
    fn a_port_is_a_number_that_fits() {
        let arguments = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(port(&[]), Ok(DEFAULT_PORT));
        assert_eq!(port(&arguments(&["--port", "9000"])), Ok(9000));
        assert!(port(&arguments(&["--port", "90000"])).is_err());
        assert!(port(&arguments(&["--port"])).is_err());
        assert!(port(&arguments(&["9000"])).is_err());
    }
}
