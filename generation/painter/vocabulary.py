"""The words this painter can draw, one table a slot: tag (without its colour) to what is drawn.

A tag is looked up whole, then by its endings, so ``flowing_summer_dress`` is a dress.
"""

from collections.abc import Mapping
from typing import Final


def _table(**words: str) -> dict[str, str]:
    """Turn ``drawn="tag tag"`` into ``{tag: drawn}``; a trailing underscore of a name is dropped."""
    return {tag: drawn.rstrip("_") for drawn, tags in words.items() for tag in tags.split()}


HAIR: Final = _table(
    twintails="twintails long_twintails low_twintails high_twintails pigtails twin_drills two_side_up twin_tails",
    short_twintails="short_twintails",
    ponytail="ponytail high_ponytail low_ponytail long_ponytail short_ponytail",
    side_tail="side_tail side_ponytail sidetail",
    braids="braids twin_braids braided_hair low_twin_braids",
    braid="braid single_braid side_braid french_braid",
    bun="bun hair_bun single_hair_bun topknot",
    double_bun="double_bun double_buns hair_buns space_buns",
    spiky="short_spiky spiky_hair short_spiky_hair messy_hair spiky",
    bob="bob bob_cut bobbed_hair bob_hair",
    very_long="very_long_hair absurdly_long_hair",
    long="long_hair straight_hair wavy_hair curly_hair hime_cut",
    medium="medium_hair shoulder_length_hair",
    short="short_hair very_short_hair pixie_cut buzz_cut",
)
HAIR_RANK: Final = tuple(dict.fromkeys(HAIR.values()))

BANGS: Final = _table(
    blunt="blunt_bangs hime_cut straight_bangs",
    swept="swept_bangs side_swept_bangs parted_bangs asymmetrical_bangs",
)

OUTFIT: Final = _table(
    kimono="kimono yukata hakama furisode haori",
    armor="armor armour plate_armor knight_armor breastplate",
    maid="maid maid_outfit maid_dress maid_uniform",
    school_uniform="school_uniform serafuku sailor_uniform sailor_suit gakuran uniform sailor_dress",
    suit="suit business_suit tuxedo waistcoat vest formal_wear",
    dress="dress sundress gown wedding_dress one_piece pinafore",
    coat="coat trench_coat overcoat raincoat lab_coat robe cloak winter_coat",
    hoodie="hoodie hooded_jacket tracksuit",
    jacket="jacket blazer leather_jacket cardigan track_jacket military_jacket",
    sweater="sweater turtleneck pullover turtleneck_sweater sweatshirt",
    tshirt="t_shirt tshirt shirt blouse tank_top collared_shirt polo_shirt tee top",
)
OUTFIT_RANK: Final = tuple(dict.fromkeys(OUTFIT.values()))

LOWER: Final = _table(
    skirt="skirt pleated_skirt miniskirt long_skirt",
    shorts="shorts short_pants",
    trousers="trousers pants jeans slacks leggings",
)

EXTRAS: Final = _table(
    round_glasses="round_glasses round_eyewear",
    glasses="glasses eyewear semi_rimless_eyewear rectangular_glasses",
    sunglasses="sunglasses",
    straw_hat="straw_hat sun_hat hat fedora",
    cap="cap baseball_cap peaked_cap",
    witch_hat="witch_hat wizard_hat",
    beret="beret",
    beanie="beanie knit_hat",
    scarf="scarf muffler",
    hair_ribbon="hair_ribbon hair_bow ribbon bow red_ribbon hair_ornament",
    hairband="hairband headband",
    hair_flower="hair_flower flower_in_hair",
    headphones="headphones headset",
    cat_ears="cat_ears animal_ears fox_ears wolf_ears",
    crown="crown tiara",
    necktie="necktie tie bowtie bow_tie neckerchief",
    choker="choker collar necklace",
    gloves="gloves mittens",
    thighhighs="thighhighs kneehighs knee_socks over_kneehighs stockings pantyhose tights",
    socks="socks ankle_socks",
    boots="boots high_boots knee_boots",
    shoes="shoes sneakers loafers sandals heels",
    backpack="backpack school_bag bag randoseru",
    ahoge="ahoge",
    blush="blush blushing shy embarrassed light_blush flustered",
    tears="tears crying tearing_up teary_eyes",
    eyes_closed="closed_eyes eyes_closed sleeping sleepy",
    wink="wink one_eye_closed winking",
)

STANCE: Final = _table(
    standing="standing stand upright straight_standing",
    sitting="sitting seated sit on_chair kneeling seiza squatting",
    walking="walking walk strolling stepping",
    running="running run dashing sprinting",
    jumping="jumping jump leaping",
)

ARMS: Final = _table(
    up="arms_up raised_arms hands_up cheering arm_raised stretching",
    waving="waving wave waving_hand greeting hand_up raised_hand",
    pockets="hands_in_pockets hand_in_pocket hands_in_pocket",
    crossed="arms_crossed crossed_arms folded_arms",
    hips="hands_on_hips hand_on_hip hands_on_hip",
    behind="arms_behind_back hands_behind_back",
    pointing="pointing pointing_forward outstretched_arm reaching",
    spread="spread_arms outstretched_arms arms_out open_arms",
    clasped="own_hands_together hands_together praying hands_clasped holding_hands holding",
    relaxed="arms_at_sides arms_down relaxed",
)

FACING: Final = _table(
    left="facing_left looking_left facing_to_the_left profile_left",
    right="facing_right looking_right facing_to_the_right profile_right profile from_side looking_to_the_side",
    back="facing_back facing_away from_behind back_view back_turned",
    front="facing_front facing_viewer looking_at_viewer front_view facing_forward",
)

MOOD: Final = _table(
    smile="slight_smile smile gentle_smile light_smile soft_smile smiling calm_smile shy_smile",
    happy="happy grin laughing laugh open_smile joyful excited big_smile cheerful open_mouth :d",
    angry="angry annoyed frown furious glaring v_shaped_eyebrows pout",
    sad="sad crying depressed melancholy worried troubled tears",
    surprised="surprised shocked astonished wide_eyed",
    serious="serious determined stern confident smug smirk",
    neutral="neutral expressionless calm neutral_expression blank_expression",
)

PLACE: Final = _table(
    cherry_blossom_tree="cherry_blossom_tree cherry_blossoms cherry_blossom sakura cherry_tree sakura_tree",
    classroom="classroom school_classroom school school_interior",
    night_city="night_city city_at_night city_lights neon_city",
    city="city cityscape skyline downtown buildings urban",
    beach="beach ocean sea seaside shore seashore",
    forest="forest woods woodland jungle",
    rooftop="school_rooftop rooftop roof",
    bedroom="bedroom bed",
    room="room living_room indoors interior house kitchen office",
    street="street road alley crosswalk sidewalk town village",
    library="library bookshelf bookstore",
    cafe="cafe coffee_shop restaurant",
    shrine="shrine torii temple",
    snow="snow_field snowy_field snow winter snowy_landscape snowscape",
    park="park garden field meadow grass flower_field grassland outdoors countryside hill",
    sky="sky clouds cloudy_sky blue_sky starry_sky night_sky",
    plain="simple_background background plain_background gradient_background studio no_background",
)
WEAK_PLACES: Final = frozenset({"sky", "plain", "outdoors", "indoors", "interior"})

TIME: Final = _table(
    day="daytime day noon sunny sunlight daylight morning bright bright_light gentle_sunlight soft_sunlight "
    "dappled_sunlight natural_light soft_lighting soft_light",
    sunset="sunset golden_hour dusk evening twilight sunrise dawn orange_sky",
    night="night moonlight midnight starry_sky night_sky nighttime dark neon_lights neon",
    indoor="indoor indoor_lighting indoor_light lamp_light warm_light warm_lighting fluorescent candlelight lamplight",
    overcast="overcast cloudy cloudy_sky rain rainy foggy fog gloomy mist grey_sky",
    dramatic="dramatic dramatic_lighting dramatic_light chiaroscuro spotlight low_key",
)

EFFECT: Final = _table(
    beams="gentle_sunlight soft_sunlight dappled_sunlight sunbeam light_rays god_rays sunlight",
    rim="rim_light rim_lighting backlighting backlight back_light dramatic_lighting dramatic",
    rain="rain rainy",
    petals="falling_petals petals cherry_blossom_petals",
    snowfall="snowing falling_snow snowfall",
    blur="soft_blur blurry_background depth_of_field bokeh blurred_background blur shallow_depth_of_field",
    sparkles="sparkles sparkle glitter light_particles",
    stars="stars starry_sky",
)


def find(table: Mapping[str, str], tag: str) -> str:
    """Return what the table draws for the tag or for its longest known ending, else an empty string."""
    words = tag.split("_")
    for start in range(len(words)):
        drawn = table.get("_".join(words[start:]))
        if drawn:
            return drawn
    return ""
