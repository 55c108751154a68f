//! `thermometer1`, the service of the line chat's seed: tells its subscribers the temperature outside, which it makes
//! up. Who subscribes is written nowhere but in the conversations themselves: the last of `Subscription confirmed.`,
//! `Temperature update` and `Unsubscribed.` that the thermometer said to a user holds, after a restart too.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::{Value, json};
use shared::{ClientId, MessageId, MessageKind, MetadataMap, Username};

use super::{Actions, Bot};
use crate::hub::{Say, Sources};
use crate::store::Message;

const NAME: &str = "thermometer1";

const CONFIRMED: &str = "Subscription confirmed.";
const UNSUBSCRIBED: &str = "Unsubscribed.";
const RANGE: &str = "Temperature range data";
const REBOOTED: &str = "Reboot complete.";
const UPDATE: &str = "Temperature update";
const UNDERSTOOD: &str = "Commands: subscribe, unsubscribe, range, reboot.";

/// How long a reboot takes.
const REBOOT: Duration = Duration::from_secs(2);

/// How many temperatures a range is.
const RANGE_VALUES: usize = 5;

/// A subscriber for whom so many updates in a row only piled up is a subscriber no longer.
const MOST_UNTAKEN: u32 = 1_000;

/// The thermometer.
pub struct Thermometer {
    interval: Duration,
    sources: Sources,
    /// Each with how many updates in a row no connection of his took.
    subscribers: HashMap<Username, u32>,
    rebooting: HashSet<Username>,
}

/// What the thermometer waits for.
#[derive(Debug)]
pub enum Alarm {
    /// The next update.
    Update,
    /// The reboot that a user asked for with that message is over.
    Rebooted(Username, MessageId),
}

impl Thermometer {
    /// A thermometer that tells its subscribers something at each interval.
    #[must_use]
    pub fn new(interval: Duration, sources: Sources) -> Self {
        Self { interval, sources, subscribers: HashMap::new(), rebooting: HashSet::new() }
    }

    fn now(&self) -> String {
        (self.sources.now)().rfc3339()
    }

    /// 15.0 to 30.0 °C, to a tenth.
    fn temperature(&self) -> f64 {
        let tenths = u32::try_from((self.sources.random)() % 151).unwrap_or_default();
        f64::from(150 + tenths) / 10.0
    }

    fn update(&self, out: &mut Actions<Alarm>) {
        let (temperature, time) = (self.temperature(), self.now());
        for subscriber in self.subscribers.keys() {
            out.say(subscriber, |to| Say {
                kind: MessageKind::Subscription,
                metadata: object(json!({ "temperature": temperature, "unit": "C", "time": time })),
                ..Say::chat(to, UPDATE)
            });
        }
    }

    fn range(&self) -> Value {
        let temperatures: Vec<f64> = (0..RANGE_VALUES).map(|_| self.temperature()).collect();
        json!({ "temps": temperatures, "time": self.now() })
    }
}

impl Bot for Thermometer {
    type Alarm = Alarm;

    fn name(&self) -> &str {
        NAME
    }

    fn started(&mut self, out: &mut Actions<Alarm>) {
        out.wake(self.interval, Alarm::Update);
    }

    fn recall(&mut self, partner: &Username, messages: &mut dyn Iterator<Item = &Message>) -> bool {
        for message in messages.filter(|message| message.sender != *partner) {
            match message.body.as_str() {
                CONFIRMED | UPDATE => {
                    self.subscribers.insert(partner.clone(), 0);
                    return true;
                }
                UNSUBSCRIBED => return true,
                _ => {}
            }
        }
        false
    }

    fn hear(&mut self, message: &Message, out: &mut Actions<Alarm>) {
        let user = &message.sender;
        match message.body.trim().to_lowercase().as_str() {
            "subscribe" => {
                self.subscribers.insert(user.clone(), 0);
                answer(&message.id, user, CONFIRMED, Value::Null, out);
            }
            "unsubscribe" => {
                self.subscribers.remove(user);
                answer(&message.id, user, UNSUBSCRIBED, Value::Null, out);
            }
            "range" => answer(&message.id, user, RANGE, self.range(), out),
            "reboot" => {
                // One reboot at a time for each; who asks again meanwhile is answered by the one that is under way.
                if self.rebooting.insert(user.clone()) {
                    out.wake(REBOOT, Alarm::Rebooted(user.clone(), message.id.clone()));
                }
            }
            _ => answer(&message.id, user, UNDERSTOOD, Value::Null, out),
        }
    }

    fn alarm(&mut self, alarm: Alarm, out: &mut Actions<Alarm>) {
        match alarm {
            Alarm::Update => {
                self.update(out);
                out.wake(self.interval, Alarm::Update);
            }
            Alarm::Rebooted(user, request) => {
                self.rebooting.remove(&user);
                answer(&request, &user, REBOOTED, Value::Null, out);
            }
        }
    }

    fn said(&mut self, to: &Username, away: bool, out: &mut Actions<Alarm>) {
        let Some(untaken) = self.subscribers.get_mut(to) else { return };
        *untaken = if away { *untaken + 1 } else { 0 };
        if *untaken >= MOST_UNTAKEN {
            self.subscribers.remove(to);
            let reason = format!("the last {MOST_UNTAKEN} messages were not taken");
            out.say(to, |to| Say {
                kind: MessageKind::Notification,
                metadata: object(json!({ "reason": reason })),
                ..Say::chat(to, UNSUBSCRIBED)
            });
        }
    }
}

/// Answers a request. Under the request's own id, so that a request that is heard twice, since the server stopped in
/// between, is answered once.
fn answer(request: &MessageId, user: &Username, body: &str, metadata: Value, out: &mut Actions<Alarm>) {
    let client_id: Option<ClientId> = format!("answer-{}", request.0).parse().ok();
    out.say(user, |to| Say {
        kind: MessageKind::Notification,
        metadata: object(metadata),
        client_id,
        ..Say::chat(to, body)
    });
}

fn object(value: Value) -> MetadataMap {
    match value {
        Value::Object(map) => map,
        _ => MetadataMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use shared::{RoomId, Seq};

    use super::super::Action;
    use super::*;
    use crate::store::Timestamp;

    const INTERVAL: Duration = Duration::from_secs(100);

    /// A thermometer and what it did since that was last looked at.
    struct Bench {
        thermometer: Thermometer,
        out: Actions<Alarm>,
        alarms: Vec<Alarm>,
    }

    impl Bench {
        fn new() -> Self {
            let next = AtomicU64::new(77);
            let sources = Sources {
                now: Arc::new(|| Timestamp(1_764_000_000_123)),
                random: Arc::new(move || next.fetch_add(1, Ordering::Relaxed)),
            };
            let thermometer = Thermometer::new(INTERVAL, sources);
            Self { thermometer, out: Actions::default(), alarms: Vec::new() }
        }

        fn says(&mut self, who: &str, text: &str) {
            self.thermometer.hear(&message(who, text), &mut self.out);
        }

        fn ring(&mut self) {
            let alarm = self.alarms.pop().expect("an alarm");
            self.thermometer.alarm(alarm, &mut self.out);
        }

        fn check(&mut self, expected: &[&str]) {
            let actions = self.out.take();
            let shown: Vec<_> = actions.into_iter().map(|action| self.shown(action)).collect();
            assert_eq!(shown, expected);
        }

        fn shown(&mut self, action: Action<Alarm>) -> String {
            match action {
                Action::Say(_, say) => {
                    format!("{} {:?} {} {}", say.to, say.kind, say.body, Value::Object(say.metadata))
                }
                Action::Wake(after, alarm) => {
                    self.alarms.push(alarm);
                    format!("wake after {} s", after.as_secs())
                }
            }
        }
    }

    fn message(sender: &str, body: &str) -> Message {
        Message {
            room: RoomId(3),
            seq: Seq(1),
            id: MessageId("0198".to_owned()),
            sender: sender.parse().unwrap(),
            body: body.to_owned(),
            time: Timestamp(0),
            kind: MessageKind::Chat,
            metadata: MetadataMap::new(),
            client_id: None,
            reply_to: None,
            since: crate::store::Since::default(),
        }
    }

    #[test]
    fn its_name_is_a_username() {
        assert!(Bench::new().thermometer.name().parse::<Username>().is_ok());
    }

    #[test]
    fn a_subscriber_is_told_the_temperature_at_each_interval_until_he_unsubscribes() {
        let mut bench = Bench::new();
        bench.thermometer.started(&mut bench.out);
        bench.check(&["wake after 100 s"]);
        bench.says("alice", " Subscribe\n");
        bench.check(&["@alice Notification Subscription confirmed. {}"]);
        bench.ring();
        bench.check(&[
            r#"@alice Subscription Temperature update {"temperature":22.7,"time":"2025-11-24T16:00:00.123Z","unit":"C"}"#,
            "wake after 100 s",
        ]);
        bench.says("alice", "unsubscribe");
        bench.ring();
        bench.check(&["@alice Notification Unsubscribed. {}", "wake after 100 s"]);
    }

    #[test]
    fn a_range_is_five_temperatures_and_anything_else_is_told_what_is_understood() {
        let mut bench = Bench::new();
        bench.says("alice", "range");
        bench.says("alice", "hello");
        bench.check(&[
            r#"@alice Notification Temperature range data {"temps":[22.7,22.8,22.9,23.0,23.1],"time":"2025-11-24T16:00:00.123Z"}"#,
            "@alice Notification Commands: subscribe, unsubscribe, range, reboot. {}",
        ]);
    }

    #[test]
    fn a_reboot_takes_two_seconds_and_is_answered_once() {
        let mut bench = Bench::new();
        bench.says("alice", "reboot");
        bench.says("alice", "reboot");
        bench.check(&["wake after 2 s"]);
        bench.ring();
        bench.check(&["@alice Notification Reboot complete. {}"]);
        bench.says("alice", "reboot");
        bench.check(&["wake after 2 s"]);
    }

    #[test]
    fn a_request_heard_twice_is_answered_under_one_id() {
        let mut bench = Bench::new();
        bench.says("alice", "range");
        bench.says("alice", "range");
        let ids: Vec<_> = bench
            .out
            .take()
            .into_iter()
            .map(|action| match action {
                Action::Say(_, say) => say.client_id,
                Action::Wake(..) => None,
            })
            .collect();
        assert!(ids[0].is_some() && ids[0] == ids[1], "{ids:?}");
    }

    #[test]
    fn who_takes_nothing_for_long_is_unsubscribed() {
        let mut bench = Bench::new();
        bench.says("alice", "subscribe");
        bench.out.take();
        let alice = "alice".parse().unwrap();
        for away in std::iter::repeat_n(true, 999).chain([false]).chain(std::iter::repeat_n(true, 999)) {
            bench.thermometer.said(&alice, away, &mut bench.out);
        }
        bench.check(&[]);
        bench.thermometer.said(&alice, true, &mut bench.out);
        bench.check(&[r#"@alice Notification Unsubscribed. {"reason":"the last 1000 messages were not taken"}"#]);
        assert!(bench.thermometer.subscribers.is_empty());
    }

    #[test]
    fn the_conversation_tells_who_subscribes() {
        let check = |said: &[(&str, &str)], enough, subscribed| {
            let mut bench = Bench::new();
            let messages: Vec<_> = said.iter().map(|(who, text)| message(who, text)).collect();
            let alice: Username = "alice".parse().unwrap();
            assert_eq!(bench.thermometer.recall(&alice, &mut messages.iter().rev()), enough, "{said:?}");
            assert_eq!(bench.thermometer.subscribers.contains_key(&alice), subscribed, "{said:?}");
        };
        check(&[("alice", "subscribe"), (NAME, CONFIRMED), (NAME, RANGE)], true, true);
        check(&[(NAME, CONFIRMED), (NAME, UNSUBSCRIBED), (NAME, REBOOTED)], true, false);
        check(&[(NAME, UNSUBSCRIBED), (NAME, UPDATE)], true, true);
        check(&[("alice", UPDATE), (NAME, RANGE)], false, false);
        check(&[], false, false);
    }
}
