//! The official Rust SDK.
use std::{borrow::Cow, process::Stdio, time::Duration};

use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequest, CallToolRequestParams, ClientConfig, ClientRequest, ServerResult},
    service::{PeerRequestOptions, RunningService},
    transport::{StreamableHttpClientTransport, TokioChildProcess},
};
use serde_json::{Value, json};
use tokio::{io::{AsyncReadExt, AsyncWriteExt}, net::TcpStream};

type Session = RunningService<RoleClient, ClientConfig>;
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Calls a tool and gives up after a time: the SDK tells the server then.
async fn call(session: &Session, name: &str, args: &Value, time: Duration) -> Result<Value, Fault> {
    let params = CallToolRequestParams::new(Cow::Owned(name.to_owned()))
        .with_arguments(args.as_object().cloned().unwrap_or_default());
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
    let handle = session.send_cancellable_request(request, PeerRequestOptions::with_timeout(time)).await?;
    let ServerResult::CallToolResult(result) = handle.await_response().await? else {
        return Err("this is no result of a tool".into());
    };
    let result = serde_json::to_value(result)?;
    let text: String = result["content"].as_array().into_iter().flatten()
        .map(|part| part["text"].as_str().or(part["type"].as_str()).unwrap_or_default())
        .collect();
    Ok(json!({ "error": result["isError"] == true, "text": text }))
}

/// Asks the API whether the caller went away.
async fn left(address: &str) -> Result<Value, Fault> {
    let (host, path) = address.strip_prefix("http://").and_then(|rest| rest.split_once('/')).ok_or("no address")?;
    let mut stream = TcpStream::connect(host).await?;
    let head = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(json!({ "left": text.contains("\"left\":true") }))
}

async fn opened(target: &Value) -> Result<Session, Fault> {
    let me = ClientConfig::default();
    if let Some(url) = target["url"].as_str() {
        return Ok(me.serve(StreamableHttpClientTransport::from_uri(url)).await?);
    }
    let words: Vec<&str> = target["command"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut command = tokio::process::Command::new(words[0]);
    command.args(&words[1..]).stderr(Stdio::null());
    Ok(me.serve(TokioChildProcess::new(command)?).await?)
}

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let job: Value = serde_json::from_str(&std::env::args().nth(1).ok_or("there is no job")?)?;
    let session = opened(&job["target"]).await?;
    let names: Vec<String> = session.list_all_tools().await?.into_iter().map(|tool| tool.name.into_owned()).collect();
    let mut outcomes = Vec::new();
    for trial in job["calls"].as_array().into_iter().flatten() {
        let name = trial[0].as_str().unwrap_or_default();
        let outcome = call(&session, name, &trial[1], Duration::from_secs(60)).await;
        outcomes.push(outcome.unwrap_or_else(|error| json!({ "raised": error.to_string() })));
    }
    let slow = job["slow"][0].as_str().unwrap_or_default();
    // It gives up on purpose.
    let _ = call(&session, slow, &job["slow"][1], Duration::from_secs(1)).await;
    let cancel = left(job["left"].as_str().unwrap_or_default()).await?;
    println!("\n{}", json!({ "names": names, "outcomes": outcomes, "cancel": cancel }));
    std::process::exit(0);
}
