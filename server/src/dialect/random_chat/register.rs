//! Answering `register`: who it is, then who is in each of his chats, then what waited for him, then one `state`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shared::{Destination, RoomId, RoomKind, RoomName, Username};

use super::frames::{Answer, BriefMessage, ChatState, User};
use super::{Asked, RandomChat, detail, error};
use crate::dialect::Out;
use crate::dialect::random_chat::roster::Roster;
use crate::hub::{Claim, Command, Credentials, Identified, Refusal, Reply, RoomRef, Who};
use crate::store::Message;

/// A question of which the answer to `register` is made.
#[derive(Clone, Debug)]
pub enum Part {
    /// Who it is.
    Identity,
    /// Who is in one of his chats.
    Members(RoomId),
    /// What waited for him.
    Mail,
    /// Who is in a chat that he came into while the rest was asked, and in which something waited.
    NewChat(RoomId, RoomName),
    /// Who the people are that are members no more.
    People,
}

/// What has been gathered so far.
#[derive(Debug, Default)]
pub struct Gathering {
    /// The chats, in the order in which they are shown.
    chats: Vec<RoomId>,
    names: HashMap<RoomId, (RoomName, Option<Username>)>,
    mail: Option<Vec<(Arc<RoomRef>, Arc<Message>)>>,
    /// Senders who are members no more.
    former: HashMap<Username, User>,
    /// Questions without an answer so far.
    awaited: usize,
}

impl RandomChat {
    pub(super) fn register(&mut self, name: String, phone: String, password: Option<String>, out: &mut Out) {
        let credentials = password.map_or_else(|| self.ambient.clone(), Credentials::Password);
        let who = Who::Phone { phone, display_name: name };
        let claim = Claim { who, credentials, remember: false };
        self.ask(Asked::Register(Part::Identity), Command::Identify(claim), out);
    }

    /// An answer came. What could not be found out is told, and can be asked for again, as long as the mail was not
    /// taken; after that the state is shown with what is known.
    pub(super) fn gather(&mut self, part: Part, result: &Result<Reply, Refusal>, out: &mut Out) {
        if let Part::Identity = part {
            return match result {
                Ok(Reply::Identified(identified)) => self.identified(identified, out),
                Ok(_) => {}
                Err(refusal) => error(&detail(&Asked::Register(part), refusal), out),
            };
        }
        let Some(gathering) = &mut self.gathering else { return };
        gathering.awaited = gathering.awaited.saturating_sub(1);
        match (part, result) {
            (Part::Members(room), Ok(Reply::Members { members, .. })) => {
                if let Some((name, owner)) = gathering.names.remove(&room) {
                    self.roster.learn_for_state(room, name, owner, members);
                }
            }
            (Part::Members(room), Err(Refusal::NoSuchRoom)) => gathering.chats.retain(|chat| *chat != room),
            (Part::Mail, Ok(Reply::Mail(mail))) => {
                gathering.mail = Some(mail.iter().filter(|(room, _)| room.kind == RoomKind::Group).cloned().collect());
                self.ask_for_the_rest(out);
            }
            (part @ (Part::Members(_) | Part::Mail), Err(refusal)) => {
                (self.me, self.gathering) = (None, None);
                return error(&detail(&Asked::Register(part), refusal), out);
            }
            (Part::NewChat(room, name), Ok(Reply::Members { members, .. })) => {
                let owner = members.iter().find(|person| person.owner).map(|person| person.username.clone());
                self.roster.learn_for_state(room, name, owner, members);
            }
            (Part::People, Ok(Reply::People(people))) => {
                gathering.former = people.iter().map(|person| (person.username.clone(), person.into())).collect();
            }
            (Part::Identity | Part::Members(_) | Part::Mail | Part::NewChat(..) | Part::People, _) => {}
        }
        self.go_on(out);
    }

    fn identified(&mut self, identified: &Identified, out: &mut Out) {
        let Identified { username, profile, rooms, .. } = identified;
        self.me = Some(username.clone());
        self.roster = Roster::of(username.clone(), User::of(username, profile, None));
        self.public_rooms.clear();
        let mut gathering = Gathering::default();
        for view in rooms {
            match (view.room.kind, &view.room.name) {
                (RoomKind::Group, Some(name)) => {
                    gathering.chats.push(view.room.id);
                    gathering.names.insert(view.room.id, (name.clone(), view.owner.clone()));
                }
                (RoomKind::Public, Some(name)) => {
                    self.public_rooms.insert(name.clone());
                }
                (RoomKind::Public | RoomKind::Group | RoomKind::Direct | RoomKind::Pair, _) => {}
            }
        }
        gathering.awaited = gathering.chats.len();
        let chats = gathering.chats.clone();
        self.gathering = Some(gathering);
        for room in chats {
            self.ask(Asked::Register(Part::Members(room)), Command::Members(Destination::Room(room)), out);
        }
        self.go_on(out);
    }

    /// Takes the mail once all else is known that may fail; shows the state once all is there.
    fn go_on(&mut self, out: &mut Out) {
        let Some(gathering) = self.gathering.as_mut().filter(|gathering| gathering.awaited == 0) else { return };
        if gathering.mail.is_none() {
            gathering.awaited = 1;
            return self.ask(Asked::Register(Part::Mail), Command::TakeMail, out);
        }
        if let Some(gathering) = self.gathering.take() {
            self.show_state(gathering, out);
        }
    }

    /// Mail may be of a chat that is new since the chats were listed, and of people who are in it no more.
    fn ask_for_the_rest(&mut self, out: &mut Out) {
        let Some(gathering) = &mut self.gathering else { return };
        let mut questions = Vec::new();
        let mut unknown: HashSet<_> = self.roster.unknown_owners().cloned().collect();
        for (room, message) in gathering.mail.iter().flatten() {
            if let Some(name) = room.name.clone()
                && !self.roster.knows(room.id)
                && !gathering.chats.contains(&room.id)
            {
                gathering.chats.push(room.id);
                let question = Asked::Register(Part::NewChat(room.id, name));
                questions.push((question, Command::Members(Destination::Room(room.id))));
            }
            if !self.roster.knows_user(&message.sender) {
                unknown.insert(message.sender.clone());
            }
        }
        if !unknown.is_empty() {
            questions.push((Asked::Register(Part::People), Command::People(unknown.into_iter().collect())));
        }
        gathering.awaited = questions.len();
        for (question, command) in questions {
            self.ask(question, command, out);
        }
    }

    fn show_state(&mut self, gathering: Gathering, out: &mut Out) {
        if std::mem::take(&mut self.waited_for) {
            out.deadline(None);
        }
        let Gathering { chats, mail, former, .. } = gathering;
        self.roster.remember_owners(&former);
        let mut waited: HashMap<RoomId, Vec<BriefMessage<'_>>> = HashMap::new();
        for (room, message) in mail.iter().flatten() {
            let from = match former.get(&message.sender) {
                Some(user) if !self.roster.knows_user(&message.sender) => std::borrow::Cow::Borrowed(user),
                _ => self.roster.user(&message.sender),
            };
            waited.entry(room.id).or_default().push(BriefMessage::of(from, message));
        }
        let state = |room: &RoomId| {
            Some(ChatState { chat: self.roster.chat(*room)?, messages: waited.remove(room).unwrap_or_default() })
        };
        let chats = chats.iter().filter_map(state).collect();
        if let Some(text) = (Answer::State { chats }).text() {
            out.show(text);
        }
    }
}
