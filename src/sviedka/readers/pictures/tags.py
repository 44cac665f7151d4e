"""Which tags of EXIF, IPTC and XMP say what, by Exiv2's names for them.

Exif 3.0 (CIPA DC-008), IPTC-IIM 4.2, XMP (ISO 16684-1), MWG regions, and the makers' own notes,
whose serial numbers are all called something with ``Serial``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_NAMES: Final = {
    # who
    r"Exif\.Image\.(Artist|XPAuthor)|Xmp\.(dc\.creator|tiff\.Artist|exif\.Artist)": "author",
    r"Exif\.Image\.PhotographerX?|Iptc\.Application2\.Byline(Title)?": "author",
    r"Xmp\.photoshop\.AuthorsPosition|Xmp\.xmp\.Author": "author",
    r".*\.(Camera)?Owner(Name)?|Xmp\.xmpRights\.Owner": "owner",
    r"Exif\.(Image|Photo)\.(ImageEditor|MetadataEditor)": "modified_by",
    r"Iptc\.Application2\.Writer|Xmp\.photoshop\.CaptionWriter": "modified_by",
    r".*\.Copyright|Xmp\.dc\.rights|Xmp\.xmpRights\.(UsageTerms|WebStatement)": "copyright",
    r"Iptc\.Application2\.(Credit|Source)|Xmp\.photoshop\.(Credit|Source)": "credit",
    r"Xmp\.iptcExt\.PersonInImage.*|Xmp\.plus\..*(Name|ID)": "person_shown",
    r".*(PersonDisplayName|PersonEmailDigest|PersonLiveIdCID)": "face_name",
    r"Xmp\.mwg-rs\.Regions.*/mwg-rs:(Name|Description)": "face_name",
    r"Iptc\.Application2\.Contact|Xmp\.iptc\.CreatorContactInfo/.*": "contact",
    # with what
    r".*\.(Lens|Unique|UniqueCamera)?Make": "device_make",
    r"Exif\.Image\.(Unique)?(Camera)?Model|Xmp\.tiff\.Model": "device_model",
    r".*\.Lens(Model|Type)?|Xmp\.aux\.LensID": "lens_model",
    r".*\.LensSerial(Number)?": "lens_serial",
    r".*Serial(Number|N[oO])?(Format)?\d?|.*\.(Internal|Body)Serial.*": "device_serial",
    r".*\.CameraID": "device_serial",
    r".*\.HostComputer": "host_computer",
    r".*\.(CameraFirmware|Firmware(Version|Revision)?)": "device_software",
    r".*\.(ImageUniqueID|ImageNumber|ShutterCount|FileNumber|RawDataUniqueID)": "image_id",
    r".*\.(RawImageUniqueID|ContentIdentifier|BurstUUID|DocumentName|UniqueDocumentID)": "image_id",
    # where
    r".*\.GPSAltitude": "gps_altitude",
    r".*\.GPSImgDirection": "gps_direction",
    r".*\.GPSSpeed": "gps_speed",
    r".*\.GPSDest(Latitude|Longitude|Bearing|Distance)": "gps_destination",
    r".*\.GPS(AreaInformation|ProcessingMethod)": "place_name",
    r"Iptc\.Application2\.(City|SubLocation|ProvinceState|CountryName|CountryCode)": "place_name",
    r"Iptc\.Application2\.Location(Name|Code)": "place_name",
    r"Xmp\.photoshop\.(City|State|Country)|Xmp\.iptc\.(Location|CountryCode)": "place_name",
    r"Xmp\.iptcExt\.Location(Created|Shown).*/.*": "place_name",
    # when
    r"Exif\.Photo\.OffsetTime(Original|Digitized)?|.*\.TimeZone(Offset)?": "time_zone",
    r"(Exif\.Photo|Xmp\.exif)\.DateTimeOriginal|Xmp\.xmp\.CreateDate": "created_stated",
    r"Iptc\.Application2\.(Date|Time)Created|Xmp\.photoshop\.DateCreated": "created_stated",
    r"Exif\.Photo\.DateTimeDigitized": "digitised_stated",
    r"Iptc\.Application2\.Digitization(Date|Time)": "digitised_stated",
    r"Exif\.Image\.DateTime|Xmp\.xmp\.(ModifyDate|MetadataDate)": "modified_stated",
    # by which program, from what
    r"Exif\.Image\.(ProcessingSoftware|Software)|Xmp\.xmp\.CreatorTool": "software",
    r"Xmp\.pdf\.Producer": "encoder",
    r"Xmp\.tiff\.Software|Xmp\.exifEX\.\w+Software": "software",
    r"Exif\.Photo\.(RawDevelopingSoftware|ImageEditingSoftware)": "software",
    r"Iptc\.Application2\.Program|Xmp\.xmpMM\.History.*/stEvt:softwareAgent": "software",
    r"Xmp\.xmpMM\.(Original)?(Document|Instance)ID": "document_id",
    r"Xmp\.xmpMM\.(DerivedFrom|Ingredients|Pantry).*/stRef:.*": "derived_from",
    r"Xmp\.xmpMM\.History.*/stEvt:(when|instanceID|parameters)": "history_step",
    r"Xmp\.(crs\.RawFileName|xmpMM\.ManagedFrom|photoshop\.DocumentAncestors).*": "derived_from",
    r".*/stRef:filePath|.*\.(FileName|OriginalFileName|PreservedFileName)": "file_path",
    r"Xmp\.dcterms\.provenance": "c2pa_remote",
    # content and form
    r"Exif\.Image\.XPTitle|Iptc\.Application2\.(ObjectName|Headline)": "title",
    r"Xmp\.dc\.title|Xmp\.photoshop\.Headline": "title",
    r"Exif\.Image\.(ImageDescription|XPSubject)|Iptc\.Application2\.Caption": "description",
    r"Xmp\.dc\.description": "description",
    r"Exif\.Image\.XPKeywords|Iptc\.Application2\.Keywords|Xmp\.dc\.subject": "keywords",
    r"Xmp\.(lr\.hierarchicalSubject|MicrosoftPhoto\.LastKeywordXMP)": "keywords",
    r"Exif\.Image\.XPComment|Exif\.Photo\.UserComment|Xmp\.exif\.UserComment": "comment",
    r"Exif\.Image\.Orientation|Xmp\.tiff\.Orientation": "orientation",
}
_PATTERNS: Final = [(re.compile(pattern), name) for pattern, name in _NAMES.items()]


@lru_cache(4096)
def meaning(tag: str) -> str:
    """The name of the fact that ``tag`` states; "" for what tells only how it was exposed."""
    return next((name for pattern, name in _PATTERNS if pattern.fullmatch(tag)), "")
