//! The program itself, as a process of its own, with a data directory of its own.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::http::{self, Answer};
use super::{Native, Socket, in_time};

/// Where each listener of a server of a test listens, if its flags say nothing else.
const ANY: &str = "127.0.0.1:0";
/// HTTP, line chat and TMP.
const LISTENERS: usize = 3;

/// A running server.
pub struct Server {
    /// Where HTTP listens: `127.0.0.1:PORT`.
    pub http: String,
    /// Where the line dialect listens, if it does.
    pub line: Option<String>,
    /// Where TMP listens on its own port, if it does.
    pub tmp: Option<String>,
    data: Data,
    flags: Vec<String>,
    process: Child,
    _output: Lines<BufReader<ChildStdout>>,
}

enum Data {
    Own(TempDir),
    Given(PathBuf),
}

impl Data {
    fn path(&self) -> PathBuf {
        match self {
            Self::Own(dir) => dir.path().to_owned(),
            Self::Given(path) => path.clone(),
        }
    }
}

/// The built program.
pub fn confab() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_confab"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
    command.env("RUST_LOG", "warn");
    // The default ports belong to whoever uses this machine, and to no test that runs beside others.
    command.env("CONFAB_LINE_LISTEN", "127.0.0.1:0").env("CONFAB_TMP_LISTEN", "127.0.0.1:0");
    command
}

impl Server {
    /// A server with default settings, on free ports and an empty data directory.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with more flags.
    pub async fn start_with(flags: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self::launch(Data::Own(dir), flags.iter().map(|flag| (*flag).to_owned()).collect()).await
    }

    /// A server on a data directory that outlives it.
    pub async fn start_in(data_dir: PathBuf, flags: &[&str]) -> Self {
        Self::launch(Data::Given(data_dir), flags.iter().map(|flag| (*flag).to_owned()).collect()).await
    }

    /// A server as `cargo leptos watch` starts it, which draws its pages itself.
    pub async fn start_under_cargo_leptos() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut command = confab();
        command.env("LEPTOS_SITE_ROOT", dir.path()).env("LEPTOS_OUTPUT_NAME", "confab");
        Self::launch_by(command, Data::Own(dir), Vec::new()).await
    }

    /// A server on a "disk" that has room for files of so many KiB: past that the system refuses to write.
    pub async fn start_with_files_of(kib: u32, flags: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let program = confab();
        let mut command = Command::new("sh");
        // Who ignores the signal is told by an error, as on a full disk.
        let script = format!("trap '' XFSZ; ulimit -S -f $(({kib} * 2)); exec \"$0\" \"$@\"");
        command.args(["-c", &script]).arg(program.as_std().get_program());
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Self::launch_by(command, Data::Own(dir), flags).await
    }

    /// Takes that limit away while the server runs.
    pub async fn is_given_space(&self) {
        let id = self.process.id().expect("the process runs").to_string();
        let given = Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited:"]).status().await;
        assert!(given.expect("prlimit can be run").success());
    }

    async fn launch(data: Data, flags: Vec<String>) -> Self {
        Self::launch_by(confab(), data, flags).await
    }

    async fn launch_by(mut command: Command, data: Data, flags: Vec<String>) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
        command.env("RUST_LOG", "warn");
        command.arg("serve");
        for listener in ["--listen", "--line-listen", "--tmp-listen"] {
            if !flags.iter().any(|flag| flag == listener) {
                command.args([listener, ANY]);
            }
        }
        command.arg("--data-dir").arg(data.path()).args(&flags);
        let mut process = command.spawn().expect("the program starts");
        let mut output = BufReader::new(process.stdout.take().expect("its output")).lines();
        let (mut http, mut line, mut tmp) = (None, None, None);
        for _ in 0..LISTENERS {
            let text = in_time("the listeners", output.next_line()).await.expect("readable output");
            let text = text.expect("the server starts");
            match text.split(' ').collect::<Vec<_>>()[..] {
                ["listening", "http", url] => http = url.split("://").nth(1).map(str::to_owned),
                ["listening", "line", address] => line = Some(address.to_owned()),
                ["listening", "tmp", url] => tmp = Some(url.trim_start_matches("ws://").to_owned()),
                _ => panic!("unexpected output: {text}"),
            }
        }
        let http = http.expect("the server says where HTTP listens");
        Self { http, line, tmp, data, flags, process, _output: output }
    }

    /// Kills the process at once, as a power cut would.
    pub async fn kill(&mut self) {
        self.process.start_kill().expect("the process can be killed");
        in_time("the killed process", self.process.wait()).await.expect("its end");
    }

    /// Asks the process to stop, as an operator would. How it ended.
    pub async fn stop(&mut self) -> ExitStatus {
        self.ask_to_stop().await;
        self.ended().await
    }

    /// Asks the process to stop, and does not wait.
    pub async fn ask_to_stop(&self) {
        self.signal("-TERM").await;
    }

    /// Stands still from now on, as a machine does that is overloaded: it says nothing, and its connections stay open.
    pub async fn stands_still(&self) {
        self.signal("-STOP").await;
    }

    /// Goes on where it stood still.
    pub async fn goes_on(&self) {
        self.signal("-CONT").await;
    }

    /// Sends the process a signal, as `kill` names it.
    async fn signal(&self, signal: &str) {
        let id = self.process.id().expect("the process runs").to_string();
        let sent = Command::new("kill").args([signal, &id]).status().await.expect("kill can be run");
        assert!(sent.success());
    }

    /// Waits for the end of the process.
    pub async fn ended(&mut self) -> ExitStatus {
        in_time("the end of the process", self.process.wait()).await.expect("its end")
    }

    /// Starts a stopped server anew on the same data. Its ports are others: the old ones may be taken by now.
    pub async fn again(mut self) -> Self {
        self.comes_back().await;
        self
    }

    /// The same, in place.
    pub async fn comes_back(&mut self) {
        let data = std::mem::replace(&mut self.data, Data::Given(PathBuf::new()));
        *self = Self::launch(data, std::mem::take(&mut self.flags)).await;
    }

    /// Where the server keeps its data.
    pub fn data_dir(&self) -> PathBuf {
        self.data.path()
    }

    /// The address of a WebSocket path.
    pub fn ws(&self, path: &str) -> String {
        format!("ws://{}{path}", self.http)
    }

    /// A WebSocket connection to a path.
    pub async fn connect(&self, path: &str) -> Socket {
        Socket::connect(&self.ws(path)).await
    }

    /// A WebSocket connection to TMP's own port.
    pub async fn connect_tmp(&self) -> Socket {
        let address = self.tmp.as_deref().expect("TMP listens");
        Socket::connect(&format!("ws://{address}")).await
    }

    /// A native connection that has said hello under a name.
    pub async fn native(&self, name: &str) -> Native {
        Native::hello(self, name).await
    }

    /// An HTTP request without a body.
    pub async fn get(&self, path: &str) -> Answer {
        http::request(&self.http, "GET", path, &[], None).await
    }

    /// An HTTP request with a JSON body.
    pub async fn post(&self, path: &str, body: &serde_json::Value) -> Answer {
        http::request(&self.http, "POST", path, &[], Some(body)).await
    }

    /// An HTTP request with headers.
    pub async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&serde_json::Value>,
    ) -> Answer {
        http::request(&self.http, method, path, headers, body).await
    }

    /// Makes an account with the program's own command.
    pub async fn add_account(&self, name: &str, password: &str) {
        use tokio::io::AsyncWriteExt;

        let mut command = confab();
        command.args(["user", "add", name, "--data-dir"]).arg(self.data_dir()).args(&self.flags).stdin(Stdio::piped());
        let mut process = command.spawn().expect("the program starts");
        let mut input = process.stdin.take().expect("its input");
        input.write_all(format!("{password}\n").as_bytes()).await.expect("the password is read");
        drop(input);
        assert!(in_time("the command", process.wait()).await.expect("its end").success());
    }
}
