/** Emoji by the names that people type between colons, as in `:tada:`. @module */

/** Each emoji with its names. Of names that begin alike, the one that is used more comes first. */
const TABLE = `
😄 smile|😃 smiley|😀 grinning|😁 grin|😂 joy|🤣 rofl|😅 sweat_smile|😆 laughing satisfied|😉 wink|😊 blush|🙂 slightly_smiling_face
🙃 upside_down_face|😇 innocent|😍 heart_eyes|🥰 smiling_face_with_hearts|😘 kissing_heart|😋 yum|😜 stuck_out_tongue_winking_eye
😛 stuck_out_tongue|🤪 zany_face|🤗 hugs|🤭 hand_over_mouth|🤫 shushing_face|🤔 thinking|🤐 zipper_mouth_face|🤨 raised_eyebrow
😐 neutral_face|😑 expressionless|😶 no_mouth|😏 smirk|😒 unamused|🙄 roll_eyes|😬 grimacing|😌 relieved|😔 pensive|😪 sleepy
😴 sleeping|😷 mask|🤒 face_with_thermometer|🤢 nauseated_face|🤮 vomiting_face|🤧 sneezing_face|🥵 hot_face|🥶 cold_face
😵 dizzy_face|🤯 exploding_head mind_blown|🤠 cowboy_hat_face|🥳 partying_face|😎 sunglasses cool|🤓 nerd_face|🧐 monocle_face
😕 confused|😟 worried|🙁 slightly_frowning_face|😮 open_mouth|😲 astonished|😳 flushed|🥺 pleading_face|😨 fearful|😰 cold_sweat
😥 disappointed_relieved|😢 cry|😭 sob|😱 scream|😖 confounded|😞 disappointed|😓 sweat|😩 weary|😫 tired_face|🥱 yawning_face
😤 triumph|😡 rage pout|😠 angry|🤬 cursing_face|😈 smiling_imp|💀 skull|💩 poop hankey|🤡 clown_face|👻 ghost|👽 alien|🤖 robot
🙈 see_no_evil|🙉 hear_no_evil|🙊 speak_no_evil|🫠 melting_face|🫡 saluting_face salute|🫣 peeking_face|🥲 smiling_face_with_tear
👍 +1 thumbsup|👎 -1 thumbsdown|👌 ok_hand|✌️ v victory|🤞 crossed_fingers|🤘 metal|🤙 call_me_hand|👈 point_left|👉 point_right
👆 point_up_2|👇 point_down|☝️ point_up|✋ raised_hand|👋 wave|🤝 handshake|🙏 pray thanks|👏 clap|🙌 raised_hands|👐 open_hands
💪 muscle|✊ fist|👊 facepunch punch|🫶 heart_hands|🤌 pinched_fingers|✍️ writing_hand|👀 eyes|👁️ eye|🧠 brain|🤷 shrug
🤦 facepalm|🙋 raising_hand|🙇 bow|💁 information_desk_person|🏃 runner running|🚶 walking|💃 dancer|🧑‍💻 technologist
❤️ heart|🧡 orange_heart|💛 yellow_heart|💚 green_heart|💙 blue_heart|💜 purple_heart|🖤 black_heart|🤍 white_heart|💔 broken_heart
💕 two_hearts|💖 sparkling_heart|💯 100|💢 anger|💥 boom collision|💫 dizzy|💦 sweat_drops|💨 dash|💬 speech_balloon
💤 zzz|✨ sparkles|⭐ star|🌟 star2|⚡ zap|🔥 fire|🎉 tada|🎊 confetti_ball|🎈 balloon|🎁 gift|🎂 birthday|🏆 trophy|🥇 1st_place_medal
🎯 dart|🎮 video_game|🎲 game_die|🎵 musical_note|🎶 notes|🎸 guitar|🎤 microphone|🎧 headphones|🎨 art|🎬 clapper
☀️ sunny|🌤️ sun_behind_small_cloud|☁️ cloud|🌧️ cloud_with_rain|❄️ snowflake|☃️ snowman|🌈 rainbow|🌊 ocean|🌙 moon crescent_moon
🌍 earth_africa|🌎 earth_americas|🌏 earth_asia|🌱 seedling|🌲 evergreen_tree|🌵 cactus|🍀 four_leaf_clover|🌹 rose|🌻 sunflower
🐶 dog|🐱 cat|🐭 mouse|🐰 rabbit|🦊 fox_face|🐻 bear|🐼 panda_face|🐧 penguin|🐦 bird|🦆 duck|🦉 owl|🐢 turtle|🐍 snake|🐙 octopus
🐳 whale|🐬 dolphin|🐟 fish|🦀 crab|🐛 bug|🐝 bee honeybee|🦋 butterfly|🐌 snail|🐞 beetle|🦄 unicorn|🐉 dragon|🦕 sauropod dinosaur
🍎 apple|🍌 banana|🍉 watermelon|🍓 strawberry|🍒 cherries|🍋 lemon|🥑 avocado|🍆 eggplant|🌶️ hot_pepper|🥕 carrot|🍞 bread
🧀 cheese|🥚 egg|🍳 cooking|🍕 pizza|🍔 hamburger|🍟 fries|🌮 taco|🍣 sushi|🍜 ramen|🍿 popcorn|🍰 cake|🍪 cookie|🍫 chocolate_bar
🍩 doughnut|🍦 icecream|☕ coffee|🍵 tea|🍺 beer|🍻 beers|🍷 wine_glass|🥂 clinking_glasses|🍸 cocktail|🧉 mate
🚀 rocket|✈️ airplane|🚗 car|🚲 bike|🚌 bus|🚂 steam_locomotive|⛵ boat sailboat|🏠 house|🏢 office|🏖️ beach_umbrella|⛰️ mountain
⌚ watch|📱 iphone|💻 computer|⌨️ keyboard|🖨️ printer|💾 floppy_disk|📷 camera|📺 tv|🔋 battery|🔌 electric_plug|💡 bulb|🔦 flashlight
🔧 wrench|🔨 hammer|🛠️ hammer_and_wrench tools|⚙️ gear|🔩 nut_and_bolt|🧲 magnet|🧪 test_tube|🔬 microscope|🔭 telescope
💊 pill|🩹 adhesive_bandage|🧹 broom|🗑️ wastebasket|🔑 key|🔒 lock|🔓 unlock|🔗 link|📎 paperclip|✂️ scissors|📌 pushpin|📍 round_pushpin
📝 memo pencil|✏️ pencil2|📅 calendar date|📈 chart_with_upwards_trend|📉 chart_with_downwards_trend|📊 bar_chart|📋 clipboard
📁 file_folder|📦 package|📧 email e-mail|📬 mailbox|📣 mega|📢 loudspeaker|🔔 bell|🔕 no_bell|🔍 mag|📖 book|📚 books|📰 newspaper
💰 moneybag|💸 money_with_wings|💳 credit_card|🎓 mortar_board|👑 crown|💎 gem|🕐 clock1|⏰ alarm_clock|⏳ hourglass_flowing_sand
✅ white_check_mark check|☑️ ballot_box_with_check|✔️ heavy_check_mark|❌ x|❎ negative_squared_cross_mark|❓ question|❗ exclamation
⚠️ warning|🚫 no_entry_sign|⛔ no_entry|🛑 stop_sign|🚧 construction|🚨 rotating_light|♻️ recycle|➕ heavy_plus_sign
➖ heavy_minus_sign|➡️ arrow_right|⬅️ arrow_left|⬆️ arrow_up|⬇️ arrow_down|↩️ leftwards_arrow_with_hook|🔄 arrows_counterclockwise
🆗 ok|🆕 new|🆒 cool_square|🔴 red_circle|🟠 orange_circle|🟡 yellow_circle|🟢 green_circle|🔵 blue_circle|⚫ black_circle
⚪ white_circle|🏁 checkered_flag|🚩 triangular_flag_on_post|🏳️‍🌈 rainbow_flag|🏴‍☠️ pirate_flag
`;

/** @type {{ name: string, emoji: string }[]} */
const ALL = TABLE.trim().split(/[|\n]/).flatMap((entry) => {
  const [emoji = "", ...names] = entry.split(" ");
  return names.map((name) => ({ name, emoji }));
});

/**
 * What may be meant: names that begin so, and then those with a word that does. `thinking` is found by "think", `heart_eyes` by
 * "eyes".
 *
 * @param {string} beginning of a name, without the colon
 * @param {number} most how many are wanted
 * @returns {{ name: string, emoji: string }[]}
 */
export function findEmoji(beginning, most) {
  const wanted = beginning.toLowerCase();
  const first = ALL.filter(({ name }) => name.startsWith(wanted));
  const exact = first.filter(({ name }) => name === wanted);
  const others = ALL.filter(({ name }) => !name.startsWith(wanted) && name.includes(`_${wanted}`));
  return [...new Set([...exact, ...first, ...others])].slice(0, most);
}
