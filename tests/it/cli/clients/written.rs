//! A file that changes while a person thinks, and a link to a file that is not there yet.

use super::{Terminal, User, file};

/// The client keeps its own settings in the same file: what it writes while the question stands is not lost.
#[tokio::test]
async fn what_the_client_writes_while_the_question_stands_is_kept() {
    let user = User::new();
    let env = [("HOME", user.home.to_str().unwrap())];
    for before in [None, Some("{\"theme\": \"light\"}")] {
        let place = user.home.join(file("cursor"));
        let _ = std::fs::remove_file(&place);
        before.map(|text| user.has("cursor", text));
        let command = user.world.command("staff-server", &["config", "--client", "cursor", "--write"], &env);
        let mut terminal = Terminal::start(command, 200);
        terminal.wait_for("Write this? [y/N]").await;
        user.has("cursor", "{\"theme\": \"dark\"}");
        terminal.types("y\n");
        terminal.wait_for("changed by something else meanwhile").await;
        assert_eq!(user.read("cursor"), "{\"theme\": \"dark\"}");
        terminal.wait_for_times("Write this? [y/N]", 2).await;
        terminal.types("y\n");
        assert_eq!(terminal.end().await, Some(0), "{}", terminal.printed());
        let after = user.read("cursor");
        assert!(after.contains("dark") && after.contains("hotel-staff"), "{after}");
        let copy = place.with_extension(if before.is_none() { "json.bak" } else { "json.bak2" });
        assert_eq!(std::fs::read_to_string(copy).unwrap(), "{\"theme\": \"dark\"}");
    }
}

/// Who keeps such files in a repository may link to one before it is there.
#[tokio::test]
async fn a_link_to_a_file_that_is_not_there_yet_stays_a_link() {
    let user = User::new();
    let link = user.home.join(file("cursor"));
    std::fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("../dotfiles/mcp.json", &link).unwrap();
    let ran = user.config("cursor", &["--write", "--yes"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let real = user.home.join("dotfiles/mcp.json");
    assert!(link.is_symlink() && std::fs::read_to_string(real).unwrap().contains("hotel-staff"));
}
